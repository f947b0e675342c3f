"""Names and websites that comments are signed with: of people, of advertising, rude ones.

No corpus has the names of honest writers, and none should: those of people are made by Faker in
many languages, or are nicknames of our own making.
"""

import random
from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from training_data.synthetic.comments import SEED
from training_data.synthetic.templates import filled, read, worn

LOCALES: Final = (
    "en_US", "en_GB", "en_IN", "de_DE", "fr_FR", "es_ES", "es_MX", "it_IT", "pt_BR", "pl_PL",
    "nl_NL", "sv_SE", "no_NO", "fi_FI", "cs_CZ", "hu_HU", "ro_RO", "tr_TR", "id_ID", "ru_RU",
    "uk_UA", "el_GR", "ar_EG", "he_IL", "zh_CN", "ja_JP", "ko_KR", "vi_VN",
)  # fmt: skip
EACH: Final = 350
"""People of each language."""

COUNTS: Final = {"people": 6000, "advertising": 8000, "rude": 9000}


def rows() -> pd.DataFrame:
    """Return signatures: name, website ("" for none), and whether they are spam and toxic."""
    chance = random.Random(f"{SEED} signatures")
    drawn = [*_people(chance), *_kinds(chance)]
    columns = ["name", "website", "spam", "toxicity"]
    return pd.DataFrame(drawn, columns=columns).drop_duplicates(["name", "website"])


def _people(chance: random.Random) -> Iterator[tuple[Any, ...]]:
    from faker import Faker  # noqa: PLC0415 - a second to load, and only training draws names

    for locale in LOCALES:
        made = Faker(locale)
        made.seed_instance(SEED)
        for _ in range(EACH):
            name = _called(made.first_name(), made.last_name(), chance)
            yield name, _own_site(name, chance), 0.0, 0.0


def _called(first: str, last: str, chance: random.Random) -> str:
    """Write a person's name in one of the ways in which people sign."""
    ways = (
        f"{first} {last}", f"{first} {last}", first, first, last, f"{first} {last[:1]}.",
        f"{first[:1]}. {last}", f"{first}{last}", f"{first[:1]}{last}", f"{first}_{last}",
        f"{first}{chance.randrange(100)}", f"{first}.{last}", f"{last}, {first}",
    )  # fmt: skip
    name = chance.choice(ways)
    return name.lower() if chance.random() < 0.2 else name  # noqa: PLR2004 - a share


def _own_site(name: str, chance: random.Random) -> str:
    given = read("signatures")
    slots = given["slots"]
    plain = "".join(char for char in name.lower() if char.isalnum() and char.isascii())
    match chance.randrange(10):
        case 0 | 1 | 2 | 3 | 4:
            return ""
        case 5 | 6 if plain:
            return filled(f"http://{chance.choice(('', 'www.'))}{plain}.{{ownend}}", slots, chance)
        case 7 if plain:
            host = chance.choice(
                ("https://github.com/{}", "https://{}.wordpress.com", "https://twitter.com/{}",
                 "http://{}.blogspot.com", "https://{}.github.io")
            )  # fmt: skip
            return host.format(plain)
        case _:
            return filled(chance.choice(given["websites"]["lines"]), slots, chance)


def _kinds(chance: random.Random) -> Iterator[tuple[Any, ...]]:
    given = read("signatures")
    slots = given["slots"]

    def drawn(kind: str) -> str:
        return filled(chance.choice(given[kind]["lines"]), slots, chance)

    for _ in range(COUNTS["people"]):
        name = drawn("people")
        yield name, _own_site(name, chance), 0.0, 0.0
    for place in range(COUNTS["advertising"]):
        name = worn(drawn("advertising"), chance) if place % 4 else drawn("people")
        yield name, drawn("shops") if place % 4 != 1 else "", 1.0, 0.0
    for _ in range(COUNTS["rude"]):
        name = worn(drawn("rude"), chance)
        yield name, _own_site("", chance), 0.0, 1.0
