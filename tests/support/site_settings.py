"""A site's settings, and how its form names the version that it shows."""

import re

from classifier import shipped_files
from service.accounts import accounts
from tests.support.pages import Site

VERSION = shipped_files()[1]["version"]


LOW = dict.fromkeys(shipped_files()[1]["bands"], 0.0)


async def setting(site: Site, name: str = "first") -> dict[str, object]:
    found = await accounts.find_site(site.connection, name)
    return found.settings.to_json()


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', html)
    assert found
    return found[1]
