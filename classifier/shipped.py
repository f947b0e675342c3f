"""The bundle that comes with the code, so that a first start needs no corpora and no internet."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

from classifier.bundle import Bundle, load_bundle
from classifier.types import BundleError

MODEL_FILE = "model.joblib"
CARD_FILE = "card.json"


def shipped_files() -> tuple[bytes, dict[str, Any]]:
    """Return the shipped model's joblib bytes and its card."""
    return read_files(Path(str(resources.files("classifier") / "shipped")))


def shipped_bundle() -> Bundle:
    """Load the shipped model."""
    return load_bundle(*shipped_files())


def read_files(folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Return the joblib bytes and the card of a bundle directory.

    Raises:
        BundleError: a file is missing, or the card is not a JSON object.
    """
    try:
        model = (folder / MODEL_FILE).read_bytes()
        card = json.loads((folder / CARD_FILE).read_bytes())
    except FileNotFoundError as error:
        raise BundleError(f"The bundle directory holds no {Path(error.filename).name}.") from error
    except ValueError as error:
        raise BundleError("The bundle's card is not valid JSON.") from error
    if not isinstance(card, dict):
        raise BundleError("The bundle's card is not a JSON object.")
    return model, card
