"""Which role an organisation's OpenID provider gives somebody, by the groups that they are in.

The table is `GROUP=ROLE` or `GROUP=ROLE:SITE,SITE`, separated by semicolons.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, cast, get_args

from service.domain.accounts import Role, is_site_name

_FORM: Final = "must be GROUP=ROLE or GROUP=ROLE:SITE,SITE, separated by semicolons"
_HIGHEST_FIRST: Final[tuple[Role, ...]] = ("admin", "data", "moderator")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, for the sites of these names or for all."""

    role: Role
    sites: frozenset[str] | None = None


def read_grants(text: str) -> dict[str, Grant]:
    """Read a table of grants by group.

    Raises:
        ValueError: it has another form; the text says which one it needs.
    """
    found: dict[str, Grant] = {}
    for entry in filter(None, map(str.strip, text.split(";"))):
        group, mark, given = entry.rpartition("=")
        if not mark or not group.strip() or group.strip() in found:
            raise ValueError(_FORM)
        found[group.strip()] = _grant(given.strip())
    return found


def _grant(text: str) -> Grant:
    role, mark, named = text.partition(":")
    sites = frozenset(name.strip() for name in named.split(",")) if mark else None
    if role not in get_args(Role) or not all(map(is_site_name, sites or ())):
        raise ValueError(_FORM)
    return Grant(cast("Role", role), sites)


def granted(groups: Collection[str], table: Mapping[str, Grant]) -> Grant | None:
    """Return the highest role that groups give, for all sites that any of them gives it for."""
    given = [table[group] for group in groups if group in table]
    for role in _HIGHEST_FIRST:
        sites = [each.sites for each in given if each.role == role]
        if None in sites:
            return Grant(role)
        if sites:
            return Grant(role, frozenset().union(*filter(None, sites)))
    return None
