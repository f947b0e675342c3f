"""Corpora for training and judging the classifier: catalogue, readers, splits, behaviour checks."""
