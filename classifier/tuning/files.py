"""The files of an encoder: its graph with weights in 8 bits and in float32, and its vocabulary."""

from pathlib import Path

from classifier.second import WINDOW
from classifier.training.encoders import ENCODER, PLAIN, VOCABULARY
from classifier.tuning.graph import SCALE, Weights, encoder


def save(weights: Weights, heads: int, vocabulary: str, out: Path) -> None:
    """Write `encoder.onnx`, the same in float32, and `vocab.txt` into `out`.

    The files take `ids`, token numbers of shape (1, tokens), and give log-odds of shape
    (1, labels). Weights are rounded with a scale for each column of a matrix and for each word.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name, rounded in ((PLAIN, False), (ENCODER, True)):
        graph = encoder(weights, heads=heads, window=WINDOW + 2, scale=SCALE, rounded=rounded)
        (out / name).write_bytes(graph.SerializeToString())
    (out / VOCABULARY).write_text(vocabulary, encoding="utf-8")
