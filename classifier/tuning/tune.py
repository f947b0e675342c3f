"""`python -m classifier tune`: fine-tunes the encoder on all labels at once, and can go on."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from classifier.text.reading import reader
from classifier.training import corpus
from classifier.training.encoders import TOLD, VOCABULARY
from classifier.training.progress import Counter
from classifier.tuning.export import write
from classifier.tuning.network import Network, Offsets
from classifier.tuning.rows import Rows, training_frame, training_rows
from training_data.problems import DataError

RATES: Final = (1e-4, 1e-3)
"""Learning rates of the encoder and of its head."""

WARM_UP: Final = 5_000
"""Rows over which the rates rise from nothing; then they fall to nothing, evenly."""

SEED: Final = 7
SAVE_EVERY: Final = 500
STATE: Final = "state.pt"
WEIGHTS: Final = "model.safetensors"


@dataclass(slots=True)
class Run:
    """Where a run stands: rows seen, the epoch and the batch in it that come next."""

    seen: int = 0
    epoch: int = 0
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """What is tuned: a directory of weights, whose they are and their licence, and for whom."""

    weights: Path
    base: str
    languages: Sequence[str]


def tune(start: Start, corpora: Path | None, out: Path, *, total: int, threads: int) -> Path:
    """Train on `total` rows, write the encoder into `out` and return that directory.

    A run that was stopped goes on where `out` holds its state. The same corpora give the same
    batches in the same order. What `start` says is for the card of every bundle that the encoder
    becomes part of.

    Raises:
        DataError: there are no corpora, or none in these languages.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    out.mkdir(parents=True, exist_ok=True)
    used = training_frame(corpus.read(corpora).frame, start.languages)
    if missing := sorted(set(start.languages) - set(used["language"])):
        raise DataError(f"no corpus has rows to train on in {', '.join(missing)}")
    vocabulary = (start.weights / VOCABULARY).read_text(encoding="utf-8").strip("\n")
    rows = training_rows(used, reader(vocabulary))
    trainer = Trainer(Network(start.weights), rows)
    run = trainer.resumed(out / STATE)
    counted = Counter("fine-tuning", total)
    counted(run.seen)
    for batch in _remaining(rows, run):
        if run.seen >= total:
            break
        trainer.step(batch, run, total)
        run.seen += len(batch)
        run.batch += 1
        counted(len(batch))
        if run.batch % SAVE_EVERY == 0:
            trainer.save(out / STATE, run)
    write(trainer.network, vocabulary, out)
    told = {
        "base": start.base,
        "sha256": _digest(start.weights / WEIGHTS),
        "rows": run.seen,
        "languages": list(start.languages),
        "sources": sorted(used["source"].unique().tolist()),
    }
    (out / TOLD).write_text(json.dumps(told) + "\n", encoding="utf-8")
    return out


class Trainer:
    """The network with what only training needs: offsets of the sources and the optimiser."""

    def __init__(self, network: Network, rows: Rows) -> None:
        self.network = network
        self._rows = rows
        self._offsets = Offsets(torch.from_numpy(rows.offsets))
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

    def step(self, batch: NDArray[np.intp], run: Run, total: int) -> None:
        """Take the step of a run of `total` rows that has come to this batch."""
        self._set_rates(run.seen, total)
        self.network.noise.begin(SEED, run.seen)
        loss = self._loss(batch)
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._trained, 1.0)
        self._optimiser.step()

    def _loss(self, batch: NDArray[np.intp]) -> torch.Tensor:
        rows = self._rows
        ids, mask = (torch.from_numpy(each) for each in rows.padded(batch))
        with torch.autocast("cpu", torch.bfloat16):
            odds = self.network(ids, mask)
        odds = odds.float() + self._offsets(torch.from_numpy(rows.sources[batch]))
        targets, weights = (torch.from_numpy(each[batch]) for each in (rows.targets, rows.weights))
        each = functional.binary_cross_entropy_with_logits(odds, targets, reduction="none")
        return (each * weights).sum() / len(batch)

    def _set_rates(self, seen: int, total: int) -> None:
        share = min(1.0, (seen + 1) / WARM_UP) * max(0.0, 1 - seen / total)
        for group, rate in zip(self._optimiser.param_groups, RATES, strict=True):
            group["lr"] = rate * share

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


def _remaining(rows: Rows, run: Run) -> Iterator[NDArray[np.intp]]:
    """Yield batches from where the run stands, epoch after epoch."""
    while True:
        for number, batch in enumerate(rows.batches(SEED + run.epoch)):
            if number >= run.batch:
                yield batch
        run.epoch, run.batch = run.epoch + 1, 0
