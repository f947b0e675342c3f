"""`python -m classifier tune`: fine-tunes the encoder on all labels at once, and can go on."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from classifier.training import corpus
from classifier.training.progress import Counter
from classifier.training.second import TOLD
from classifier.tuning.export import write
from classifier.tuning.network import Network
from classifier.tuning.rows import Rows, training_rows

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


def tune(
    weights: Path, corpora: Path | None, out: Path, *, total: int, threads: int, base: str
) -> Path:
    """Train on `total` rows, write the encoder into `out` and return that directory.

    A run that was stopped goes on where `out` holds its state. The same corpora give the same
    batches in the same order. `base` says whose weights they are, and their licence, for the card
    of every bundle that the encoder becomes part of.

    Raises:
        DataError: there are no corpora.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    out.mkdir(parents=True, exist_ok=True)
    rows = training_rows(
        corpus.read(corpora).frame, vocabulary := (weights / "vocab.txt").read_text().strip("\n")
    )
    network = Network(weights)
    network.bert.embeddings.requires_grad_(requires_grad=False)
    optimiser = _optimiser(network)
    run = _resumed(out / STATE, network, optimiser)
    network.train()
    counted = Counter("fine-tuning", total)
    counted(run.seen)
    for batch in _remaining(rows, run):
        if run.seen >= total:
            break
        _set_rates(optimiser, run.seen, total)
        _step(network, optimiser, rows, batch)
        run.seen += len(batch)
        run.batch += 1
        counted(len(batch))
        if run.batch % SAVE_EVERY == 0:
            _save(out / STATE, network, optimiser, run)
    write(network, vocabulary, out)
    told = {"base": base, "sha256": _digest(weights / WEIGHTS), "rows": run.seen}
    (out / TOLD).write_text(json.dumps(told) + "\n", encoding="utf-8")
    return out


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _optimiser(network: Network) -> torch.optim.AdamW:
    encoder = [each for each in network.bert.parameters() if each.requires_grad]
    head = [*network.first.parameters(), *network.last.parameters()]
    groups = [
        {"params": part, "lr": rate} for part, rate in zip((encoder, head), RATES, strict=True)
    ]
    return torch.optim.AdamW(groups, weight_decay=0.01)


def _remaining(rows: Rows, run: Run) -> Iterator[NDArray[np.intp]]:
    """Yield batches from where the run stands, epoch after epoch."""
    while True:
        for number, batch in enumerate(rows.batches(SEED + run.epoch)):
            if number >= run.batch:
                yield batch
        run.epoch, run.batch = run.epoch + 1, 0


def _step(
    network: Network,
    optimiser: torch.optim.AdamW,
    rows: Rows,
    batch: NDArray[np.intp],
) -> None:
    ids, mask = (torch.from_numpy(each) for each in rows.padded(batch))
    with torch.autocast("cpu", torch.bfloat16):
        odds = network(ids, mask)
    targets, weights = torch.from_numpy(rows.targets[batch]), torch.from_numpy(rows.weights[batch])
    each = functional.binary_cross_entropy_with_logits(odds.float(), targets, reduction="none")
    loss = (each * weights).sum() / len(batch)
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], 1.0)
    optimiser.step()


def _set_rates(optimiser: torch.optim.AdamW, seen: int, total: int) -> None:
    share = min(1.0, (seen + 1) / WARM_UP) * max(0.0, 1 - seen / total)
    for group, rate in zip(optimiser.param_groups, RATES, strict=True):
        group["lr"] = rate * share


def _resumed(path: Path, network: Network, optimiser: torch.optim.AdamW) -> Run:
    if not path.is_file():
        return Run()
    state: dict[str, Any] = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    return Run(**state["run"])


def _save(path: Path, network: Network, optimiser: torch.optim.AdamW, run: Run) -> None:
    state = {
        "network": network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "run": {"seen": run.seen, "epoch": run.epoch, "batch": run.batch},
    }
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)
