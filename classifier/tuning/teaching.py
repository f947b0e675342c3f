"""A larger encoder teaches the one that is tuned: by all labels of all rows, parts and pairs.

A set judges a few labels, each of its rows by one word; the teacher says of every row how likely
each label is, so that what one set taught it reaches the rows of all (Hinton et al. 2015). It is
tuned on the same rows first, and so knows no source that is left out.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from classifier.training.encoders import VOCABULARY
from classifier.tuning.lessons import translated, with_parts
from classifier.tuning.network import Network
from classifier.tuning.rows import Rows
from classifier.tuning.trainer import Plan, Rates, trained

RATES: Final[Rates] = (2e-5, 5e-4)
"""Learning rates of the teacher and of its head: a large encoder forgets at those of a small."""

OFTEN: Final = 0.3
"""Least chance of a row to be in an epoch: of what a teacher says each row tells something."""

SURE: Final = 10.0
"""Log-odds beyond which how sure a teacher is says nothing more."""


class Teacher(Network):
    """An encoder that reads the numbers of another's pieces; `numbers` has its own for each."""

    def __init__(self, weights: Path, numbers: NDArray[np.int64]) -> None:
        super().__init__(weights)
        self.register_buffer("numbers", torch.from_numpy(numbers), persistent=False)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return log-odds, shape (texts, labels), of the other's numbers, shape (texts, tokens)."""
        blank = torch.full_like(ids, self.bert.config.pad_token_id or 0)
        return super().forward(torch.where(mask > 0, self.numbers[ids], blank), mask)


def taught(weights: Path, vocabulary: str, rows: Rows, plan: Plan, step: str) -> Rows:
    """Return rows, with parts and pairs of them behind them, and what a teacher says of each.

    Args:
        weights: the teacher's directory, as transformers keeps it.
        vocabulary: pieces of the encoder that is tuned, one a line.
        rows: what both learn from.
        plan: of the encoder that is tuned; the teacher has a folder of its own in that one, and
            it sees as many rows, but none twice on the mean, or it would learn sets by heart.
        step: what the run is called.

    Raises:
        DataError: the teacher reads other pieces.
    """
    theirs = (weights / VOCABULARY).read_text(encoding="utf-8").strip("\n")
    numbers = translated(vocabulary, theirs)
    own = replace(plan, out=plan.out / "teacher", total=min(plan.total, len(rows.tokens)))
    own.out.mkdir(exist_ok=True)
    trainer, _ = trained(lambda: Teacher(weights, numbers), rows, own, f"{step}: teacher", RATES)
    more = with_parts(rows, vocabulary)
    said = trainer.judge(more.tokens).clip(-SURE, SURE)
    return replace(more, taught=said, chance=np.maximum(more.chance, OFTEN))
