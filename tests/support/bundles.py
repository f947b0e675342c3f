"""Bundles made of the shipped one, and the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from classifier import shipped_files
from classifier.parts import LINEAR
from classifier.shipped import write_files

MakeBundle = Callable[..., Path]


@pytest.fixture
def bundle_folder(tmp_path: Path) -> MakeBundle:
    """Writes a bundle directory: the shipped model under another name, with what is changed."""

    def make(
        version: str, *, linear: bytes | None = None, card: dict[str, Any] | None = None
    ) -> Path:
        archive, shipped = shipped_files()
        folder = tmp_path / f"bundle-{version}"
        write_files(folder, archive, shipped)
        if linear is not None:
            (folder / LINEAR).write_bytes(linear)
        changed = shipped | {"version": version} | (card or {})
        (folder / "card.json").write_text(json.dumps(changed), encoding="utf-8")
        return folder

    return make
