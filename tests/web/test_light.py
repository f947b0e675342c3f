"""What a browser gets of scripts and styles does what their files say, in fewer bytes."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest
from pygments.lexers.javascript import JavascriptLexer
from pygments.token import Comment

from service.web.light import lightened
from service.web.pages.assets import ASSETS
from service.web.readers.widget import SOURCE, WORDS

_PAGES: Final = Path(str(files("service.web.pages") / "static"))
_SCRIPTS: Final = sorted([*_PAGES.glob("*.js"), *_PAGES.parents[1].glob("readers/*.js")])


def meant(script: str) -> list[str]:
    """Return what a script says, word by word and sign by sign, without comments and blanks."""
    said = JavascriptLexer(stripnl=False, ensurenl=False).get_tokens(script)
    return [text for kind, text in said if kind not in Comment and text.strip()]


@pytest.mark.parametrize("path", _SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_the_same(path: Path) -> None:
    """A text in backquotes inside another would differ; write it beside that one."""
    source = path.read_bytes()
    light = lightened(path.name, source)
    assert len(light) < len(source)
    assert meant(light.decode()) == meant(source.decode())


def test_a_text_inside_another_is_seen_to_differ() -> None:
    nested = b'const a = `${one}${two ? ` (${three})` : ""}`;'
    assert meant(lightened("a.js", nested).decode()) != meant(nested.decode())


def test_all_that_goes_out_is_light() -> None:
    for name, asset in ASSETS.items():
        assert asset.content == lightened(name, (_PAGES / name).read_bytes())
    for script in (SOURCE, *WORDS.values()):
        assert not re.search(rb"^(//| )", script, re.MULTILINE)


def test_a_picture_goes_out_as_it_is() -> None:
    assert ASSETS["icon.svg"].content == (_PAGES / "icon.svg").read_bytes()
