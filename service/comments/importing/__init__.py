"""Ten years of comments from another system: its files read, put in order, and written here."""
