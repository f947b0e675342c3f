"""A site's settings, and how its form names the version that it shows."""

import re

from classifier import shipped_files
from classifier.policy import rights_of
from classifier.types import LABELS
from service.accounts import accounts
from tests.support.pages import Site

CARD = shipped_files()[1]
VERSION = CARD["version"]


LOW = dict.fromkeys(CARD["bands"], 0.0)

REJECTING = [label for label in LABELS if label in rights_of(CARD, "en").reject]
"""Labels for which the shipped model may reject in English by itself."""


async def setting(site: Site, name: str = "first") -> dict[str, object]:
    found = await accounts.find_site(site.connection, name)
    return found.settings.to_json()


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', html)
    assert found
    return found[1]
