"""What the README and the guides beside the code say is what the code has."""

import re
from pathlib import Path

import pytest

from classifier import shipped_files
from service.commands.line import COMMANDS
from service.domain.policy import REASONS
from service.settings import SETTINGS_TABLE, Setting
from service.web.pages.navigation import PLACES, Place
from tests.support.service import Service

ROOT = Path(__file__).parent.parent
GUIDES = (
    "README.md",
    "CONTRIBUTING.md",
    "classifier/README.md",
    "service/commands/README.md",
    "service/commands/deploy/README.md",
    "service/compat/README.md",
    "service/delivery/README.md",
    "service/web/README.md",
    "service/web/pages/README.md",
    "service/web/readers/README.md",
    "tests/load/README.md",
    "training_data/README.md",
)
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in GUIDES}
LINES = [line for text in TEXTS.values() for line in text.splitlines()]
CONTRIBUTING = TEXTS["CONTRIBUTING.md"]
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
_PATH = re.compile(
    r"`((?:service|classifier|training_data|tests)/[\w./-]*|[\w-]+\.(?:toml|md|lock))`"
)
_CODE = re.compile(
    r'''(?:"code": |_shape\(|StaleVersion: |HeldByOther: |NotPossible: )"([a-z_-]+)"'''
)
_TARGET = re.compile(r"`make ([a-z][a-z0-9-]*)")


def is_documented(start: str) -> bool:
    """Say whether a table of some guide has a row that begins so."""
    return any(line.startswith(start) for line in LINES)


@pytest.mark.parametrize("setting", SETTINGS_TABLE, ids=lambda setting: setting.variable)
def test_every_setting_is_documented_with_its_default(setting: Setting) -> None:
    row = next(line for line in LINES if line.startswith(f"| `{setting.variable}` |"))
    assert not setting.default or f"| {setting.default} |" in row


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert is_documented(f"| `{command}` |")


def test_every_command_has_its_module() -> None:
    for entry in COMMANDS.values():
        module = (entry if isinstance(entry, str) else entry[0]).partition(":")[0]
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module


async def test_every_call_is_documented(service: Service) -> None:
    paths = (await service.http.get("/openapi.json")).json()["paths"]
    calls = {
        f"`{method.upper()} {path}"
        for path, operations in paths.items()
        for method in operations
        if path.startswith(("/v1/", "/health/", "/metrics"))
    }
    guide = TEXTS["service/web/README.md"]
    assert [call for call in sorted(calls) if call not in guide] == []


def test_every_code_of_an_error_is_documented() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "service").rglob("*.py")]
    codes = {code.replace("-", "_") for text in sources for code in _CODE.findall(text)}
    assert {"stale", "repeated", "too_many_requests", "invalid_fields"} <= codes
    table = TEXTS["service/web/README.md"].partition("## Errors")[2].partition("## Examples")[0]
    assert [code for code in sorted(codes) if f"`{code}`" not in table] == []


def test_every_reason_of_a_verdict_is_documented_in_its_words() -> None:
    assert [code for code, said in REASONS.items() if f"| `{code}` | {said} |" not in LINES] == []


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_page_of_the_navigation_is_documented(place: Place) -> None:
    assert f"`{place.href}`" in TEXTS["service/web/pages/README.md"]


def test_the_card_and_the_guide_are_of_the_shipped_bundle() -> None:
    card = shipped_files()[1]
    text = (ROOT / "classifier/shipped/card.md").read_text(encoding="utf-8")
    assert text.startswith(f"# Comment classifier {card['version']}\n")
    assert all(f"\n- {flaw}\n" in text for flaw in card["known_flaws"])
    assert f"bundle {card['version']})" in TEXTS["classifier/README.md"]


def test_the_readme_can_be_read_at_once() -> None:
    """In at most 200 lines, and it leads to every guide."""
    assert len(TEXTS["README.md"].splitlines()) <= 200
    linked = set(_LINK.findall(TEXTS["README.md"]))
    assert [name for name in GUIDES if name != "README.md" and name not in linked] == []


@pytest.mark.parametrize("name", GUIDES)
def test_every_link_leads_to_a_file(name: str) -> None:
    folder = (ROOT / name).parent
    assert [link for link in _LINK.findall(TEXTS[name]) if not (folder / link).exists()] == []


def test_every_file_that_contributors_are_sent_to_is_there() -> None:
    named = _PATH.findall(CONTRIBUTING)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_target_that_is_named_can_be_made() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {target for text in TEXTS.values() for target in _TARGET.findall(text)}
    assert {"run", "test"} <= named
    assert [target for target in named if f"\n{target}:" not in makefile] == []


def test_releases_are_dated_and_the_newest_is_first() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    head, *releases = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert head == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", each) for each in releases)
    assert releases[-1].startswith("0.1.0 - ")
    dates = [each.partition(" - ")[2] for each in releases]
    assert dates == sorted(dates, reverse=True)
