"""Origins, as browsers send them: from where a site's pages may call with its public key."""

from typing import Final

import ada_url

from service.domain.fields import Refused, clean_text

_SCHEMES: Final = frozenset({"http:", "https:"})
_LENGTH: Final = 300
_REMEDY: Final = "must be origins such as https://www.example.org: no path, no `*`, no user name"


def read_origin(value: object) -> str:
    """Return an origin in the one spelling that browsers send; `null` is none.

    Raises:
        Refused: it is another thing than scheme, host and perhaps a port.
    """
    sent = clean_text(value).strip()
    try:
        url = ada_url.URL(sent) if len(sent) <= _LENGTH else None
    except ValueError:
        url = None
    if url is None or url.protocol not in _SCHEMES or not url.hostname or "*" in url.hostname:
        raise Refused(_REMEDY)
    rest = (url.username, url.password, url.search, url.hash)
    if any(rest) or url.pathname != "/" or "//" not in sent or "\\" in sent:
        raise Refused(_REMEDY)
    return str(url.origin)


def origin_of(page: str) -> str:
    """Return the origin of a page's address, which is as `read_page` reads it."""
    return str(ada_url.URL(page).origin)
