"""What the README says is what the code has."""

from pathlib import Path

import pytest

from classifier import shipped_files
from service.__main__ import COMMANDS
from service.settings import SETTINGS_TABLE
from service.web.pages.navigation import PLACES, Place

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", SETTINGS_TABLE, ids=lambda setting: setting.variable)
def test_every_setting_is_in_the_readme(setting: object) -> None:
    variable, default = getattr(setting, "variable", ""), getattr(setting, "default", "")
    row = next(line for line in README.splitlines() if line.startswith(f"| `{variable}` |"))
    assert not default or f"| {default} |" in row


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"| `{command}` |" in README


def test_every_command_has_its_module() -> None:
    for entry in COMMANDS.values():
        module = (entry if isinstance(entry, str) else entry[0]).partition(":")[0]
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_page_of_the_navigation_is_in_the_readme(place: Place) -> None:
    assert f"`{place.href}`" in README


def test_the_model_card_and_the_readme_are_of_the_shipped_bundle() -> None:
    card = shipped_files()[1]
    text = (ROOT / "classifier/shipped/card.md").read_text(encoding="utf-8")
    assert text.startswith(f"# Comment classifier {card['version']}\n")
    assert all(f"\n- {flaw}\n" in text for flaw in card["known_flaws"])
    assert f"bundle {card['version']})" in README
