"""Measures bundles on rows that training never saw. Not imported by the serving process."""
