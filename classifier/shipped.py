"""The bundle that comes with the code, so that a first start needs no corpora and no internet."""

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

from classifier import parts
from classifier.bundle import Bundle, load_bundle
from classifier.types import BundleError

CARD_FILE = "card.json"


SHIPPED: Final = Path(str(resources.files("classifier") / "shipped"))
"""The directory of the model that comes with the package."""


def shipped_files() -> tuple[bytes, dict[str, Any]]:
    """Return an archive of the shipped model's parts, and its card."""
    return read_files(SHIPPED)


def shipped_bundle() -> Bundle:
    """Load the shipped model."""
    return load_bundle(*shipped_files())


def read_files(folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Return an archive of the parts in a bundle directory, and its card.

    Raises:
        BundleError: a part is missing, or the card is not a JSON object that names parts.
    """
    card = read_card(folder)
    try:
        return parts.pack({name: (folder / name).read_bytes() for name in parts.named(card)}), card
    except FileNotFoundError as error:
        raise _missing(error) from error


def read_card(folder: Path) -> dict[str, Any]:
    """Return the card of a bundle directory.

    Raises:
        BundleError: there is none, or it is not a JSON object.
    """
    try:
        card = json.loads((folder / CARD_FILE).read_bytes())
    except FileNotFoundError as error:
        raise _missing(error) from error
    except ValueError as error:
        raise BundleError("The bundle's card is not valid JSON.") from error
    if not isinstance(card, dict):
        raise BundleError("The bundle's card is not a JSON object.")
    return card


def write_files(folder: Path, archive: bytes, card: Mapping[str, Any]) -> None:
    """Write a bundle's parts and its card into a directory.

    Raises:
        BundleError: the archive is not the one of the card.
    """
    found = parts.unpack(archive, card)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (folder / name).write_bytes(content)
    text = json.dumps(card, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


def _missing(error: FileNotFoundError) -> BundleError:
    return BundleError(f"The bundle directory holds no {Path(error.filename).name}.")
