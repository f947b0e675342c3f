"""A comment's way: in, through review, out again."""
