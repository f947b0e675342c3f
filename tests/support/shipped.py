"""The shipped bundle, and texts of many languages to try it on."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from classifier import Bundle, load_bundle, shipped_files
from classifier.parts import read_parts, unpack

SENTENCES = [
    "Thanks, this was a helpful article.",
    "I don't agree: see https://example.com/a?b=1 or mail me@example.com, +1 555 010 0100!",
    "Y O U  a r e  sh1t, \u0455\u0441\u0430m \uff46\uff52\uff45\uff45 fr\u200bee $3400 50% @you",
    "Das ist ein guter Artikel, sch\u00f6n geschrieben.",
    "Muito obrigado pelo artigo, n\u00e3o sabia disso.",
    "\u0421\u043f\u0430\u0441\u0438\u0431\u043e \u0437\u0430 \u0441\u0442\u0430\u0442\u044c\u044e",
    "\u8fd9\u7bc7\u6587\u7ae0\u5f88\u597d\uff0c\u8c22\u8c22 abc \u4f60",
    "\uc88b\uc740 \uae30\uc0ac \uac10\uc0ac\ud569\ub2c8\ub2e4",
    "\u0634\u0643\u0631\u0627 \u0639\u0644\u0649 \u0627\u0644\u0645\u0642\u0627\u0644",
    "",
    "!!! ... ?",
    "\U0001f602\U0001f602 lol",
]


@pytest.fixture(scope="session")
def content() -> dict[str, Any]:
    return read_parts(unpack(*shipped_files()))


@cache
def opened() -> Bundle:
    """The shipped bundle, opened once in a process, though sessions of tests be many in it."""
    return load_bundle(*shipped_files())


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return opened()


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """Real comments where a mirror of the corpora is at hand, else what is written here."""
    found = list(SENTENCES)
    folder = Path(os.environ.get("TRAINING_DATA_MIRROR", "../shared/corpora"))
    for path in sorted(folder.glob("*.parquet")):
        rows = pd.read_parquet(path, columns=["text"])
        found += rows["text"].sample(min(120, len(rows)), random_state=7).tolist()
    return found
