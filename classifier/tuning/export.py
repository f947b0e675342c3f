"""The tuned network to a file that serves: ONNX with weights in 8 bits, and its vocabulary."""

from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from classifier.second import WINDOW
from classifier.training.second import ENCODER, PLAIN, VOCABULARY
from classifier.tuning.network import Network


class _One(nn.Module):
    """The network for one text at a time, which has no padding and so needs no mask."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        odds: torch.Tensor = self.network(ids, torch.ones_like(ids))
        return odds


def write(network: Network, vocabulary: str, out: Path) -> None:
    """Write `encoder.onnx` (int8) and the same in float32, and `vocab.txt`, into `out`.

    The files take `ids`, token numbers of shape (1, tokens), and give log-odds of shape
    (1, labels). Weights of the matrices and of the words are rounded, a scale for each column.
    """
    one = _One(network).eval()
    ids = torch.zeros((1, 8), dtype=torch.int64)
    tokens = torch.export.Dim("tokens", min=2, max=WINDOW + 2)
    program = torch.onnx.export(
        one, (ids,), dynamo=True, input_names=["ids"], output_names=["odds"],
        dynamic_shapes={"ids": {1: tokens}}, opset_version=18, verbose=False,
    )  # fmt: skip
    if program is None:
        raise RuntimeError("PyTorch wrote no ONNX program")
    with TemporaryDirectory() as folder:
        plain = Path(folder) / PLAIN
        program.save(plain)
        quantize_dynamic(
            plain,
            out / ENCODER,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather", "Gemm"],
        )
        (out / PLAIN).write_bytes(plain.read_bytes())
    (out / VOCABULARY).write_text(vocabulary, encoding="utf-8")
