"""What stands in the navigation of every page, for whom."""

from dataclasses import dataclass
from typing import Final

from service.domain.accounts import Role, Staff


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: its address, its name, and the roles that see it besides admins."""

    href: str
    name: str
    roles: tuple[Role, ...]


PLACES: Final[tuple[Place, ...]] = (
    Place("/queue", "Queue", ("moderator",)),
    Place("/decided", "Decided", ("moderator",)),
    Place("/dashboard", "Dashboard", ("moderator", "data")),
    Place("/quality", "Quality", ("data",)),
    Place("/models", "Models", ("data",)),
    Place("/sites", "Sites", ("admin",)),
    Place("/staff", "Staff", ("admin",)),
    Place("/acts", "Acts", ("admin",)),
)
"""In the order shown. A page joins by a line here and one in router.py."""


def places_for(staff: Staff | None) -> list[Place]:
    """Return the entries that a person may open."""
    return [place for place in PLACES if staff is not None and staff.may(*place.roles)]


def first_place(staff: Staff) -> str:
    """Return where a person begins after signing in without a wish."""
    places = places_for(staff)
    return places[0].href if places else "/password"
