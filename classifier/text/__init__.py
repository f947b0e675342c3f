"""From a comment's text to its tokens, always with the way back to the original."""
