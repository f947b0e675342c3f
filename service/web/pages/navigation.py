"""What stands in the navigation of every page, for whom."""

from dataclasses import dataclass
from typing import Final

from service.domain.accounts import Role, Staff


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: its address, its name, and the roles that see it besides admins.

    One `for_all` needs a role for all sites.
    """

    href: str
    name: str
    roles: tuple[Role, ...]
    for_all: bool = False


PLACES: Final[tuple[Place, ...]] = (
    Place("/queue", "Queue", ("moderator", "data")),
    Place("/decided", "Decided", ("moderator",)),
    Place("/dashboard", "Dashboard", ("moderator", "data")),
    Place("/quality", "Quality", ("data",)),
    Place("/models", "Models", ("data",), for_all=True),
    Place("/sites", "Sites", ("admin",)),
    Place("/staff", "Staff", ("admin",), for_all=True),
    Place("/acts", "Acts", ("admin",), for_all=True),
)
"""In the order shown. A page joins by a line here and one in router.py."""


def places_for(staff: Staff | None) -> list[Place]:
    """Return the entries that a person may open."""
    if staff is None:
        return []
    hidden = staff.sites is not None
    return [place for place in PLACES if staff.may(*place.roles) and not (hidden and place.for_all)]


def first_place(staff: Staff) -> str:
    """Return where a person begins after signing in without a wish: work, or else figures."""
    places = [each for each in places_for(staff) if each.href != "/queue" or staff.may("moderator")]
    return places[0].href if places else "/password"
