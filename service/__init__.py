"""The HTTP service: comments in, verdicts out, a review queue for what is unclear."""
