"""Which site a promotion names, so that its many variants can be kept on one side of a split."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

# Gambling sites are a word and a number: four letters before two or three digits tell them apart.
_SITE: Final = re.compile(r"[a-z]{4}[0-9]{2,3}(?![0-9])")
_LOOK_ALIKES: Final = str.maketrans("аеорсухівԁυο", "aeopcyxibduo")


def promoted_sites(texts: Iterable[str]) -> list[str]:
    """Name the site that each text promotes, "" where none is seen.

    Of several candidates in a text the one most common in all texts counts, because a chance match
    (a price, a date) is rarer than a promoted name.
    """
    found = [_SITE.findall(_compact(text)) for text in texts]
    common = Counter(name for names in found for name in set(names))
    return [max(names, key=lambda name: (common[name], name), default="") for names in found]


def _compact(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower().translate(_LOOK_ALIKES)
    return "".join(char for char in folded if char.isalnum())
