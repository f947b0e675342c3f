"""Mechanisms of a busy process that know nothing of comments."""
