"""The tuned network to the files of an encoder, which must give what the network gives."""

from pathlib import Path
from typing import Final

import numpy as np
import torch
from onnxruntime import InferenceSession

from classifier.second import WINDOW
from classifier.training.encoders import PLAIN
from classifier.tuning.files import save
from classifier.tuning.network import Network

NEAR: Final = 1e-3
"""Log-odds by which the graph in float32 may differ from PyTorch's network."""


def write(network: Network, vocabulary: str, out: Path) -> None:
    """Write the network as `files.save` does.

    Raises:
        RuntimeError: the graph does not give what the network gives.
    """
    network.eval()
    state = network.state_dict()
    weights = {name: value.detach().float().numpy() for name, value in state.items()}
    save(weights, network.bert.config.num_attention_heads, vocabulary, out)
    _compare(network, out / PLAIN)


def _compare(network: Network, plain: Path) -> None:
    """Refuse a graph that gives something else than the network."""
    session = InferenceSession(plain, providers=["CPUExecutionProvider"])
    words = network.bert.config.vocab_size
    for size in (2, 50, WINDOW + 2):
        ids = np.random.default_rng(size).integers(0, words, (1, size))
        with torch.no_grad():
            wanted = network(torch.from_numpy(ids), torch.ones(1, size)).numpy()
        if np.abs(session.run(None, {"ids": ids})[0] - wanted).max() > NEAR:
            raise RuntimeError("the ONNX graph does not give what the network gives")
