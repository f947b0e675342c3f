"""The JSON card beside a bundle: what it is, what it was made of, what it can be trusted with."""

import hashlib
import json
from datetime import UTC, datetime
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import joblib

from classifier.bundle import FORMAT, LIBRARIES
from classifier.training.decisions import SOURCE
from classifier.training.evidence import by_language, figures
from classifier.training.train import Trained
from training_data import synthetic
from training_data.catalogue import catalogue

MODEL_FILE: Final = "model.joblib"
CARD_FILE: Final = "card.json"

KNOWN_FLAWS: Final = (
    "It reads words, not sentences: an insult that is quoted to object to it scores as an insult.",
    "Hate without rude words is mostly missed (see fox_news, hatemoji, edos_sexism), and sarcasm.",
    "Spam alone never rejects: on the threshold part no threshold keeps its errors below 2 %.",
    "Swearing at a thing scores as toxicity and obscenity, so these two hold and never reject.",
    "Comments that name groups of people score higher than others; see the identity figures.",
    "Only English has evidence for automatic rejections; kinds of toxicity are learnt in English.",
    (
        "Its English is that of talk pages, news sites and social media of 2004 to 2020: new words"
        " and new schemes of spam are unknown to it until it is trained again."
    ),
    "The natural mix is made by weighting sets, not drawn from a site: try it in shadow first.",
)
"""What whoever uses a bundle of this recipe should know before its figures."""


def dump(content: dict[str, Any]) -> bytes:
    """Write the content as joblib bytes; the same content gives the same bytes."""
    stream = BytesIO()
    joblib.dump(content, stream, compress=("zlib", 6), protocol=5)
    return stream.getvalue()


def save(model: bytes, described: dict[str, Any], out: Path) -> Path:
    """Write a bundle's directory, OUT/VERSION, and return it."""
    folder = out / str(described["version"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL_FILE).write_bytes(model)
    text = json.dumps(described, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")
    return folder


def identity(model: bytes, version: str) -> dict[str, Any]:
    """Return what a card says of the file beside it."""
    return {
        "version": version,
        "format": FORMAT,
        "sha256": hashlib.sha256(model).hexdigest(),
        "made": datetime.now(UTC).date().isoformat(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def card(trained: Trained, model: bytes, version: str, dropped: dict[str, Any]) -> dict[str, Any]:
    """Describe a bundle, with its held-out figures and the evidence per language."""
    frame = trained.frame
    counts = frame[frame["part"] != "test"].groupby("source").size()
    return {
        **identity(model, version),
        "features": len(trained.content["keys"]),
        "known_flaws": list(KNOWN_FLAWS),
        "bands": trained.bands,
        "languages": by_language(trained),
        "figures": figures(trained),
        "data": {
            str(name): _data(str(name), int(rows))
            for name, rows in counts.items()
            if name != SOURCE
        },
        "dropped_from_training": {"rows": dropped["rows"]},
    }


def _data(name: str, rows: int) -> dict[str, Any]:
    """Say what a set is; of an imported one only whoever trained knows more."""
    if name == synthetic.SOURCE:
        told = {"sha256": synthetic.digest(), "licence": synthetic.LICENCE, "language": "en"}
        return {"rows": rows, **told, "label": synthetic.LABEL}
    corpus = catalogue().get(name)
    if corpus is None:
        return {"rows": rows, "sha256": "", "licence": "", "language": "", "label": "imported"}
    return {
        "rows": rows,
        "sha256": corpus.mirror_sha256,
        "licence": corpus.licence,
        "language": corpus.language,
        "label": corpus.label_meaning,
    }


def version_name(folder: Path) -> str:
    """Name a version by the day and a number that no bundle in `folder` has yet."""
    day = datetime.now(UTC).date().isoformat()
    taken = {path.name for path in folder.glob(f"{day}.*")} if folder.is_dir() else set()
    return next(name for n in range(1, 1000) if (name := f"{day}.{n}") not in taken)
