"""One module for each group of commands; `service.__main__` lists them."""
