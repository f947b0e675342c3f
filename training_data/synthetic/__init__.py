"""What training learns from and nobody wrote under an article: drawn from sentences of our own."""

from training_data.synthetic.comments import LABEL, LICENCE, SOURCE, digest, rows

__all__ = ["LABEL", "LICENCE", "SOURCE", "digest", "rows"]
