"""The form of a card: what must be in it, and of which kind, before anything of it is used.

What is only shown to people (flaws, figures of sets) may be anything: pages escape it.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from classifier.types import LABELS, NEVER, SECOND_OPINION, BundleError

_SHOWN: Final = 3


def check_card(card: Mapping[str, Any]) -> None:
    """Refuse a card of another form.

    Raises:
        BundleError: it says which parts are missing or of a wrong kind, never what is in them.
    """
    wrong = [
        *_wrong_texts(card),
        *_wrong_policy(card, ""),
        *([] if isinstance(card.get("figures"), Mapping) else ["figures must be an object"]),
        *(_wrong_second(card[SECOND_OPINION]) if SECOND_OPINION in card else ()),
    ]
    if wrong:
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise BundleError(f"The card is malformed: {'; '.join(wrong[:_SHOWN])}{more}.")


def _wrong_policy(part: Mapping[str, Any], place: str) -> list[str]:
    """Say what is wrong with the bands and the languages of a card, or of a part of it."""
    bands = _wrong_bands(part.get("bands"), f"{place}bands")
    return bands + _wrong_languages(part.get("languages"), f"{place}languages")


def _wrong_second(part: object) -> list[str]:
    if not isinstance(part, Mapping):
        return [f"{SECOND_OPINION} must be an object"]
    said = _wrong_policy(part, f"{SECOND_OPINION}.")
    asked = part.get("asked_from")
    if not isinstance(asked, Mapping) or not all(_is_number(asked.get(name)) for name in LABELS):
        said.append(f"{SECOND_OPINION}.asked_from must have a number for each label")
    if "witness" in part:
        said += _wrong_witness(part["witness"], f"{SECOND_OPINION}.witness")
    encoders = part.get("encoders")
    if not isinstance(encoders, list) or not all(map(_is_encoder, encoders)):
        said.append(
            f"{SECOND_OPINION}.encoders must list an object with `languages` for each encoder"
        )
    return said


def _is_encoder(told: object) -> bool:
    languages = told.get("languages") if isinstance(told, Mapping) else None
    return isinstance(languages, list) and all(isinstance(code, str) for code in languages)


def _wrong_bands(bands: object, name: str) -> list[str]:
    if not isinstance(bands, Mapping):
        return [f"{name} must be an object of labels"]
    missing = [label for label in LABELS if label not in bands]
    wrong = [label for label in LABELS if label in bands and not _is_band(bands[label])]
    said = [f"{name} lacks {', '.join(missing)}"] if missing else []
    return said + [
        f"{name}.{label} must be 0 ≤ approve_below ≤ reject_at, or null for never"
        for label in wrong
    ]


def _wrong_witness(told: object, name: str) -> list[str]:
    if isinstance(told, Mapping) and all(_is_witness(told.get(label)) for label in LABELS):
        return []
    return [f"{name} must have clears_below and agrees_from for each label, or null for never"]


def _is_witness(told: object) -> bool:
    if not isinstance(told, Mapping) or set(told) != {"clears_below", "agrees_from"}:
        return False
    return all(each is None or (_is_number(each) and each >= 0) for each in told.values())


def _wrong_texts(card: Mapping[str, Any]) -> list[str]:
    said = []
    version = card.get("version")
    if not isinstance(version, str) or not version or not version.isprintable():
        said.append("version must be a text")
    if not _is_day(card.get("made")):
        said.append("made must be a day such as 2026-11-24")
    return said


def _wrong_languages(languages: object, name: str) -> list[str]:
    """A language without `automatic` allows no decision; one that has it must say it rightly."""
    if not isinstance(languages, Mapping):
        return [f"{name} must be an object of languages"]
    wrong = [code for code, entry in languages.items() if not _is_evidence(entry)]
    return [f"{name} has {len(wrong)} whose `automatic` is malformed"] if wrong else []


def _is_band(band: object) -> bool:
    """Say whether these are two thresholds, either of them null for one that nothing reaches."""
    if not isinstance(band, Mapping) or set(band) != {"approve_below", "reject_at"}:
        return False
    told = (band["approve_below"], band["reject_at"])
    low, high = (NEVER if each is None else each for each in told)
    return _is_number(low) and _is_number(high) and 0 <= low <= high


def _is_evidence(entry: object) -> bool:
    if isinstance(entry, Mapping):
        if "bands" in entry and _wrong_bands(entry["bands"], "bands"):
            return False
        if "witness" in entry and _wrong_witness(entry["witness"], "witness"):
            return False
    if not isinstance(entry, Mapping) or "automatic" not in entry:
        return True
    rights = entry["automatic"]
    if not isinstance(rights, Mapping) or not isinstance(rights.get("approve"), bool):
        return False
    labels = rights.get("reject")
    return (
        isinstance(labels, Sequence)
        and not isinstance(labels, str)
        and all(label in LABELS for label in labels)
    )


def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
