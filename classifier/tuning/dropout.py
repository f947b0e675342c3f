"""Dropout by cheap random bytes: PyTorch's own took a quarter of a training step on the CPU.

On a GPU PyTorch's own is the cheap one, since bytes would have to be carried there.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional


class Noise:
    """Random bytes that are the same for the same step, so a resumed run is as if never stopped."""

    def __init__(self) -> None:
        self._random = np.random.Generator(np.random.SFC64(0))

    def begin(self, *step: int) -> None:
        """Begin the step that has these numbers."""
        self._random = np.random.Generator(np.random.SFC64(step))

    def bytes(self, shape: torch.Size) -> torch.Tensor:
        """Return random bytes of a shape."""
        words = self._random.integers(0, 2**64, -(-shape.numel() // 8), dtype=np.uint64)
        return torch.from_numpy(words.view(np.uint8)[: shape.numel()]).view(shape)


class Dropout(nn.Module):
    """As PyTorch's (Srivastava et al. 2014), its chance rounded to a multiple of 1/256."""

    def __init__(self, chance: float, noise: Noise) -> None:
        super().__init__()
        self._dropped = round(chance * 256)
        self._noise = noise

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """Return what was given, some of it zero and the rest scaled up, while training."""
        if not self.training:
            return given
        if given.is_cuda:
            return functional.dropout(given, self._dropped / 256)
        kept = self._noise.bytes(given.shape) >= self._dropped
        return given * (kept.to(given.dtype) * (256 / (256 - self._dropped)))
