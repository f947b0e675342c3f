"""The JSON card beside a bundle: what it is, what it was made of, what it can be trusted with."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import joblib
import pandas as pd

from classifier import parts
from classifier.bundle import FORMAT, LIBRARIES
from classifier.shipped import write_files
from classifier.training.corpus import Rows
from classifier.training.decisions import SOURCE
from classifier.training.evidence import by_language, figures, scored
from classifier.training.stages import linear_card
from training_data import synthetic
from training_data.catalogue import catalogue

CERTAIN: Final = 0.999
"""A threshold above this is as good as one that nothing reaches, and a card says so."""

KNOWN_FLAWS: Final = (
    "It reads words, not sentences: an insult that is quoted to object to it scores as an insult.",
    "Hate without rude words is mostly missed (see fox_news, hatemoji, edos_sexism), and sarcasm.",
    "Swearing at a thing scores as toxicity and obscenity, so these two hold and never reject.",
    "Comments that name groups of people score higher than others; see the identity figures.",
    (
        "Languages that are not listed with rights decide nothing; kinds of toxicity are learnt in"
        " English."
    ),
    (
        "Its English is that of talk pages, news sites and social media of 2004 to 2020: new words"
        " and new schemes of spam are unknown to it until it is trained again."
    ),
    "Promises are kept on sources that were left out, which are not yours: watch its audits.",
    "The natural mix is made by weighting sets, not drawn from a site: try it in shadow first.",
)
"""What whoever uses a bundle of this recipe should know before its figures."""


def dump(content: dict[str, Any]) -> bytes:
    """Write the content as joblib bytes; the same content gives the same bytes."""
    stream = BytesIO()
    joblib.dump(content, stream, compress=("zlib", 6), protocol=5)
    return stream.getvalue()


def save(files: Mapping[str, bytes], described: dict[str, Any], out: Path) -> Path:
    """Write a bundle's directory, OUT/VERSION, with its parts, and return it."""
    folder = out / str(described["version"])
    write_files(folder, parts.pack(files), described)
    return folder


def identity(files: Mapping[str, bytes], version: str) -> dict[str, Any]:
    """Return what a card says of the parts beside it."""
    return {
        "version": version,
        "format": FORMAT,
        parts.PARTS: parts.digests(files),
        "made": datetime.now(UTC).date().isoformat(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def card(content: Mapping[str, Any], rows: Rows, left: pd.DataFrame) -> dict[str, Any]:
    """Describe a linear model, with its held-out figures and the evidence per language."""
    frame = rows.frame
    counts = frame[frame["part"] != "test"].groupby("source").size()
    promised = linear_card(left)
    test = frame[frame["part"] == "test"].reset_index(drop=True)
    scores = scored(content, test, set(frame["language"]))
    described: dict[str, Any] = named_never(
        {
            "features": len(content["keys"]),
            "known_flaws": list(KNOWN_FLAWS),
            "bands": promised["bands"],
            "languages": by_language(test, scores, promised),
            "figures": figures(test, scores, promised["bands"]),
            "data": {
                str(name): _data(str(name), int(number))
                for name, number in counts.items()
                if name != SOURCE
            },
            "dropped_from_training": {"rows": rows.dropped["rows"]},
        }
    )
    return described


def named_never(described: Any) -> Any:
    """Return what a card says with null in place of thresholds that no score reaches."""
    if not isinstance(described, Mapping):
        return described
    never = {
        name: None
        for name in ("approve_below", "reject_at", "clears_below", "agrees_from")
        if isinstance(described.get(name), float) and described[name] > CERTAIN
    }
    return {name: named_never(each) for name, each in described.items()} | never


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
    """Name a version by day and time in UTC, as no bundle in `folder` is named.

    So names sort by when they were made, and those of two machines do not collide.
    """
    moment = datetime.now(UTC)
    while (folder / (name := f"{moment:%Y-%m-%d.%H%M%S}")).exists():
        moment += timedelta(seconds=1)
    return name
