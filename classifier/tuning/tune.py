"""`python -m classifier tune`: fine-tunes the encoder on all labels at once, and can go on."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from classifier.second import WINDOW, WINDOWS
from classifier.text.reading import Reader, reader
from classifier.training import corpus, leftout
from classifier.training.encoders import TOLD, VOCABULARY
from classifier.training.progress import Counter
from classifier.tuning.export import write
from classifier.tuning.network import Network, Offsets
from classifier.tuning.rows import Rows, padded, training_frame, training_rows
from classifier.types import LABELS
from training_data.cluster import Crew
from training_data.problems import DataError

RATES: Final = (1e-4, 1e-3)
"""Learning rates of the encoder and of its head."""

LARGER: Final = 4
"""Times as many rows that a GPU takes in a step; the rates are then the root of it times as high
(Krizhevsky 2014)."""

WARM_UP: Final = 5_000
"""Rows over which the rates rise from nothing; then they fall to nothing, evenly."""

SEED: Final = 7
SAVE_EVERY: Final = 500
AT_ONCE: Final = 256
"""Windows that are judged at once, of like length."""

STATE: Final = "state.pt"
WEIGHTS: Final = "model.safetensors"


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


@dataclass(frozen=True, slots=True)
class Start:
    """What is tuned: a directory of weights, whose they are and their licence, and for whom."""

    weights: Path
    base: str
    languages: Sequence[str]


def tune(start: Start, corpora: Path | None, plan: Plan, crew: Crew, *, apart: bool) -> Path:
    """Train on rows of the corpora, write the encoder where `plan` says, and return that directory.

    A run that was stopped goes on where that holds its state. The same corpora give the same
    batches in the same order. What `start` says is for the card of every bundle that the encoder
    becomes part of. If `apart`, sources are then left out in turn, as `leftout` does with the
    linear model, and what encoders say of sources that they never saw is written beside.

    Raises:
        DataError: there are no corpora, or none in these languages.
    """
    plan.out.mkdir(parents=True, exist_ok=True)
    frame = corpus.read(corpora).frame
    used = training_frame(frame, start.languages)
    if missing := sorted(set(start.languages) - set(used["language"])):
        raise DataError(f"no corpus has rows to train on in {', '.join(missing)}")
    vocabulary = (start.weights / VOCABULARY).read_text(encoding="utf-8").strip("\n")
    rows = training_rows(used, vocabulary, crew)
    trainer, run = _trained(start, rows, plan, "fine-tuning")
    write(trainer.network.cpu(), vocabulary, plan.out)
    told = {
        "base": start.base,
        "sha256": _digest(start.weights / WEIGHTS),
        "rows": run.seen,
        "languages": list(start.languages),
        "sources": sorted(used["source"].unique().tolist()),
    }
    (plan.out / TOLD).write_text(json.dumps(told) + "\n", encoding="utf-8")
    if apart:
        leftout.save_encoders(_apart(start, frame, used, rows, plan), plan.out)
    return plan.out


def _apart(
    start: Start, frame: pd.DataFrame, used: pd.DataFrame, rows: Rows, plan: Plan
) -> pd.DataFrame:
    """Return what encoders say of the rows of each fold that they were tuned without."""
    reads = reader((start.weights / VOCABULARY).read_text(encoding="utf-8").strip("\n"))
    judged = leftout.judged(frame)
    judged = judged[judged["language"].isin(start.languages) & (judged["fold"] != "")]
    folds = leftout.fold_of(used).to_numpy()
    found = []
    for number, (fold, left) in enumerate(judged.groupby("fold"), 1):
        own = replace(plan, out=plan.out / f"without-{number}")
        own.out.mkdir(exist_ok=True)
        trainer, _ = _trained(start, rows.some(folds != fold), own, f"without {fold}")
        odds = trainer.said(left["text"].tolist(), reads)
        found.append(left[["key", "source"]].assign(**dict(zip(LABELS, odds.T, strict=True))))
    return pd.concat(found)


def _trained(start: Start, rows: Rows, plan: Plan, step: str) -> "tuple[Trainer, Run]":
    """Return a trained network, taken up where its state was saved before."""
    torch.set_num_threads(plan.threads)
    torch.manual_seed(SEED)
    trainer = Trainer(Network(start.weights), rows, plan)
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

    def __init__(self, network: Network, rows: Rows, plan: Plan) -> None:
        self.network = network.to(plan.device)
        self._rows = rows
        self._plan = plan
        self._offsets = Offsets(torch.from_numpy(rows.offsets).to(plan.device))
        network.bert.embeddings.requires_grad_(requires_grad=False)
        encoder = [each for each in network.bert.parameters() if each.requires_grad]
        rest = [network.first, network.last, self._offsets]
        head = [each for module in rest for each in module.parameters()]
        self._trained = encoder + head
        self._optimiser = torch.optim.AdamW(
            [
                {"params": part, "lr": rate}
                for part, rate in zip((encoder, head), RATES, strict=True)
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
        odds = self._odds(*rows.padded(batch))
        odds = odds + self._offsets(self._there(rows.sources[batch]))
        targets, weights = (self._there(each[batch]) for each in (rows.targets, rows.weights))
        each = functional.binary_cross_entropy_with_logits(odds, targets, reduction="none")
        return (each * weights).sum() / len(batch)

    def _odds(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> torch.Tensor:
        with torch.autocast(self._plan.device, torch.bfloat16):
            odds: torch.Tensor = self.network(self._there(ids), self._there(mask))
        return odds.float()

    def _there(self, values: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(values).to(self._plan.device, non_blocking=True)

    def _set_rates(self, seen: int) -> None:
        share = min(1.0, (seen + 1) / WARM_UP) * max(0.0, 1 - seen / self._plan.total)
        for group, rate in zip(self._optimiser.param_groups, RATES, strict=True):
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


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remaining(rows: Rows, run: Run, larger: int) -> Iterator[NDArray[np.intp]]:
    """Yield batches from where the run stands, epoch after epoch."""
    while True:
        for number, batch in enumerate(rows.batches(SEED + run.epoch, larger)):
            if number >= run.batch:
                yield batch
        run.epoch, run.batch = run.epoch + 1, 0
