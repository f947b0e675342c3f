"""One module for each group of commands; `line` lists them."""
