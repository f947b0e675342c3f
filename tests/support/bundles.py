"""Bundles made of the shipped one, and the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from classifier import shipped_files

MakeBundle = Callable[..., Path]


@pytest.fixture
def bundle_folder(tmp_path: Path) -> MakeBundle:
    """Writes a bundle directory: the shipped model under another name, with what is changed."""

    def make(
        version: str, *, model: bytes | None = None, card: dict[str, Any] | None = None
    ) -> Path:
        files = shipped_files()
        folder = tmp_path / f"bundle-{version}"
        folder.mkdir()
        (folder / "model.joblib").write_bytes(files[0] if model is None else model)
        changed = files[1] | {"version": version} | (card or {})
        (folder / "card.json").write_text(json.dumps(changed), encoding="utf-8")
        return folder

    return make
