"""Trains a network on rows, as far as a plan says, and lets it judge; a stopped run goes on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from classifier.second import WINDOW, WINDOWS
from classifier.text.reading import Reader
from classifier.training.progress import Counter
from classifier.tuning.network import Network, Offsets
from classifier.tuning.rows import Rows, padded
from classifier.types import LABELS

Rates = tuple[float, float]
"""Learning rates of an encoder and of its head."""

RATES: Final[Rates] = (1e-4, 1e-3)

LARGER: Final = 4
"""Times as many rows that a GPU takes in a step; the rates are then the root of it times as high
(Krizhevsky 2014)."""

WARM_UP: Final = 5_000
"""Rows over which the rates rise from nothing; then they fall to nothing, evenly."""

KNOWN: Final = 0.5
"""What a row's own label counts for beside what a teacher says of all labels."""

NEAR: Final = 0.03
"""What the square of log-odds off the teacher's counts for: where both are sure, only that tells
rows apart (Ba and Caruana 2014)."""

SEED: Final = 7
SAVE_EVERY: Final = 500
AT_ONCE: Final = 256
"""Windows that are judged at once, of like length."""

STATE: Final = "state.pt"


@dataclass(slots=True)
class Run:
    """Where a run stands: rows seen, the epoch and the batch in it that come next."""

    seen: int = 0
    epoch: int = 0
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a run writes, how many rows it sees, and what computes: PyTorch's device, threads."""

    out: Path
    total: int
    device: str = "cpu"
    threads: int = 2

    @property
    def larger(self) -> int:
        """Return how many times as large a step is as on a processor."""
        return 1 if self.device == "cpu" else LARGER


def trained(
    make: Callable[[], Network], rows: Rows, plan: Plan, step: str, rates: Rates = RATES
) -> "tuple[Trainer, Run]":
    """Return what `make` gives, trained: taken up where its state was saved before."""
    torch.set_num_threads(plan.threads)
    torch.manual_seed(SEED)
    trainer = Trainer(make(), rows, plan, rates)
    run = trainer.resumed(plan.out / STATE)
    counted = Counter(step, plan.total)
    counted(run.seen)
    for batch in _remaining(rows, run, plan.larger):
        if run.seen >= plan.total:
            break
        trainer.step(batch, run)
        run.seen += len(batch)
        run.batch += 1
        counted(len(batch))
        if run.batch % SAVE_EVERY == 0:
            trainer.save(plan.out / STATE, run)
    trainer.save(plan.out / STATE, run)
    return trainer, run


class Trainer:
    """The network with what only training needs: offsets of the sources and the optimiser."""

    def __init__(self, network: Network, rows: Rows, plan: Plan, rates: Rates = RATES) -> None:
        self.network = network.to(plan.device)
        self._rows = rows
        self._plan = plan
        self._rates = rates
        self._offsets = Offsets(torch.from_numpy(rows.offsets).to(plan.device))
        network.bert.embeddings.requires_grad_(requires_grad=False)
        encoder = [each for each in network.bert.parameters() if each.requires_grad]
        rest = [network.first, network.last, self._offsets]
        head = [each for module in rest for each in module.parameters()]
        self._trained = encoder + head
        self._optimiser = torch.optim.AdamW(
            [
                {"params": part, "lr": rate}
                for part, rate in zip((encoder, head), rates, strict=True)
            ],
            weight_decay=0.01,
            fused=True,
        )
        network.train()

    def step(self, batch: NDArray[np.intp], run: Run) -> None:
        """Take the step of a run that has come to this batch."""
        self._set_rates(run.seen)
        self.network.noise.begin(SEED, run.seen)
        loss = self._loss(batch)
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._trained, 1.0)
        self._optimiser.step()

    def _loss(self, batch: NDArray[np.intp]) -> torch.Tensor:
        rows = self._rows
        said = self._odds(*rows.padded(batch))
        odds = said + self._offsets(self._there(rows.sources[batch]))
        targets, weights = (self._there(each[batch]) for each in (rows.targets, rows.weights))
        each = functional.binary_cross_entropy_with_logits(odds, targets, reduction="none")
        if rows.taught is None:
            return (each * weights).sum() / len(batch)
        told = self._there(rows.taught[batch])
        return (each * weights * KNOWN + _away(said, told)).sum() / len(batch)

    def _odds(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> torch.Tensor:
        with torch.autocast(self._plan.device, torch.bfloat16):
            odds: torch.Tensor = self.network(self._there(ids), self._there(mask))
        return odds.float()

    def _there(self, values: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(values).to(self._plan.device, non_blocking=True)

    def _set_rates(self, seen: int) -> None:
        share = min(1.0, (seen + 1) / WARM_UP) * max(0.0, 1 - seen / self._plan.total)
        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            group["lr"] = rate * share * self._plan.larger**0.5

    def said(self, texts: Sequence[str], reads: Reader) -> NDArray[np.float32]:
        """Return log-odds of texts, shape (texts, labels), as `classifier.second` reads them."""
        begin, end = reads.marks
        numbers = [reads.numbers(text) for text in texts]
        places = [
            (row, at)
            for row, own in enumerate(numbers)
            for at in range(0, min(len(own), WINDOW * WINDOWS) or 1, WINDOW)
        ]
        windows = [
            np.array([begin, *numbers[row][at : at + WINDOW], end], np.int64) for row, at in places
        ]
        found = np.full((len(texts), len(LABELS)), -np.inf, np.float32)
        np.maximum.at(found, [row for row, _ in places], self.judge(windows))
        found[[len(own) > WINDOW * WINDOWS for own in numbers]] = np.nan
        return found

    def judge(self, windows: Sequence[NDArray[np.int64]]) -> NDArray[np.float32]:
        """Return log-odds of windows of token numbers, shape (windows, labels)."""
        self.network.eval()
        order = np.argsort([len(each) for each in windows], kind="stable")
        found = np.zeros((len(windows), len(LABELS)), np.float32)
        with torch.no_grad():
            for at in range(0, len(order), AT_ONCE):
                some = order[at : at + AT_ONCE]
                odds = self._odds(*padded([windows[each] for each in some]))
                found[some] = odds.cpu().numpy()
        return found

    def resumed(self, path: Path) -> Run:
        """Take up the state that `save` left, if there is one; return where the run stands."""
        if not path.is_file():
            return Run()
        state: dict[str, Any] = torch.load(path, weights_only=True)
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        return Run(**state["run"])

    def save(self, path: Path, run: Run) -> None:
        """Keep all that `resumed` needs."""
        state: dict[str, Any] = {name: part.state_dict() for name, part in self._parts().items()}
        state["run"] = {"seen": run.seen, "epoch": run.epoch, "batch": run.batch}
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def _parts(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "offsets": self._offsets,
            "optimiser": self._optimiser,
        }


def _away(said: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
    """Return how far log-odds are from a teacher's (Hinton et al. 2015), each of them."""
    chances = torch.sigmoid(told)
    each = functional.binary_cross_entropy_with_logits(said, chances, reduction="none")
    return each + NEAR * (said - told) ** 2


def _remaining(rows: Rows, run: Run, larger: int) -> Iterator[NDArray[np.intp]]:
    """Yield batches from where the run stands, epoch after epoch."""
    while True:
        for number, batch in enumerate(rows.batches(SEED + run.epoch, larger)):
            if number >= run.batch:
                yield batch
        run.epoch, run.batch = run.epoch + 1, 0
