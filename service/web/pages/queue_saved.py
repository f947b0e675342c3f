"""Views of the queue that a person keeps under a name, by plain forms."""

from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar import Request, Response, Router, post
from litestar.di import NamedDependency

from service.comments.own_desk import OwnDesk
from service.domain.accounts import Staff
from service.domain.desk import SavedView
from service.domain.fields import Fields, choice_field, text_field
from service.domain.masking import mask_addresses
from service.web.body import checked
from service.web.pages.answers import see
from service.web.pages.people import page_for, read_form
from service.web.pages.queue_address import address, chosen
from service.web.review_fields import LIST

AnyRequest = Request[Any, Any, Any]

_LONGEST: Final = 60
_NAME: Final = text_field(1, _LONGEST, required=True, one_line=True)
_BACK: Final = text_field(0, 2000)
_SAVED: Final = Fields(
    MappingProxyType({"name": _NAME, "back": _BACK, "first": choice_field(("yes",))})
)
_REMOVED: Final = Fields(MappingProxyType({"name": _NAME, "back": _BACK}))


def _place(back: str | None) -> str:
    """Return the address of the queue that a form was on, without what it does not know."""
    filters = chosen(checked(LIST.read(dict(parse_qsl(back or "")))))
    return address({name: mask_addresses(each) for name, each in filters.items()})


@post("/queue/views", guards=[page_for("moderator")])
async def save(
    request: AnyRequest, staff: NamedDependency[Staff], own_desk: NamedDependency[OwnDesk]
) -> Response[Any]:
    """Keep the filters and the order of the page, and stay there.

    Without e-mail addresses: they are masked in what is searched, so they find nothing, and whoever
    erases an author would not find them here.
    """
    asked = checked(_SAVED.read(await read_form(request)))
    place = _place(asked["back"])
    name = mask_addresses(asked["name"])[:_LONGEST]
    view = SavedView(name, place.partition("?")[2], asked["first"] == "yes")
    await own_desk.save(staff.id, view)
    return see(place)


@post("/queue/views/remove", guards=[page_for("moderator")])
async def remove(
    request: AnyRequest, staff: NamedDependency[Staff], own_desk: NamedDependency[OwnDesk]
) -> Response[Any]:
    """Forget a view, and stay on the page."""
    asked = checked(_REMOVED.read(await read_form(request)))
    await own_desk.remove(staff.id, asked["name"])
    return see(_place(asked["back"]))


ROUTER: Final = Router("/", route_handlers=[save, remove])
