"""The tuned network to a file that serves: ONNX with weights in 8 bits, and its vocabulary."""

from pathlib import Path
from typing import Final

import numpy as np
import torch
from onnx import ModelProto
from onnxruntime import InferenceSession

from classifier.second import WINDOW
from classifier.training.second import ENCODER, PLAIN, VOCABULARY
from classifier.tuning.graph import SCALE, encoder
from classifier.tuning.network import Network

NEAR: Final = 1e-3
"""Log-odds by which the graph in float32 may differ from PyTorch's network."""


def write(network: Network, vocabulary: str, out: Path) -> None:
    """Write `encoder.onnx` (int8) and the same in float32, and `vocab.txt`, into `out`.

    The files take `ids`, token numbers of shape (1, tokens), and give log-odds of shape
    (1, labels). Weights are rounded with a scale for each column of a matrix and for each word.

    Raises:
        RuntimeError: the graph does not give what the network gives.
    """
    network.eval()
    plain = _graph(network, rounded=False)
    _compare(network, plain)
    for name, model in ((PLAIN, plain), (ENCODER, _graph(network, rounded=True))):
        (out / name).write_bytes(model.SerializeToString())
    (out / VOCABULARY).write_text(vocabulary, encoding="utf-8")


def _graph(network: Network, *, rounded: bool) -> ModelProto:
    state = network.state_dict()
    return encoder(
        {name: value.detach().float().numpy() for name, value in state.items()},
        heads=network.bert.config.num_attention_heads,
        window=WINDOW + 2,
        scale=SCALE,
        rounded=rounded,
    )


def _compare(network: Network, plain: ModelProto) -> None:
    """Refuse a graph that gives something else than the network."""
    session = InferenceSession(plain.SerializeToString(), providers=["CPUExecutionProvider"])
    words = network.bert.config.vocab_size
    for size in (2, 50, WINDOW + 2):
        ids = np.random.default_rng(size).integers(0, words, (1, size))
        with torch.no_grad():
            wanted = network(torch.from_numpy(ids), torch.ones(1, size)).numpy()
        if np.abs(session.run(None, {"ids": ids})[0] - wanted).max() > NEAR:
            raise RuntimeError("the ONNX graph does not give what the network gives")
