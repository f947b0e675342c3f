"""A website's comments as files: upload another system's to be imported, take one's own away."""

import re
from types import MappingProxyType
from typing import Any, Final, cast, get_args

from litestar import Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from service.comments.importing.formats import FORMATS
from service.comments.importing.uploads import ExportFormat, Upload
from service.comments.settings_preview import Websites
from service.domain.fields import Fields, choice_field, text_field
from service.errors import BadRequest, Conflict, NotFound, Problem
from service.web.body import checked
from service.web.languages.speech import gettext, told
from service.web.pages.answers import HEADERS, page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.parts import parts_of
from service.web.problems import shape_of

AnyRequest = Request[Any, Any, Any]

MAX_IMPORT_BYTES: Final = 4 << 30
"""A request with the largest file that is taken; longer ones are for the command."""

_ASKED: Final = Fields(
    MappingProxyType(
        {
            "format": choice_field(("", *FORMATS), default=""),
            "base": text_field(0, 2000, one_line=True),
            "do": choice_field(("try", "import"), default="try"),
        }
    )
)
_CALLED: Final = MappingProxyType(
    {
        "wxr": "WordPress (WXR)",
        "disqus": "Disqus (XML)",
        "isso": "isso (SQLite)",
        "remark42": "remark42",
        "coral": "Coral",
        "commento": "Commento, Comentario",
        "artalk": "Artalk (Artrans)",
        "waline": "Waline, Valine, Twikoo",
    }
)
"""The other systems' formats, by their own names."""

CHANGED: Final = MappingProxyType(
    {
        "body cut": "texts that were too long, cut",
        "name cut": "names that were too long, cut",
        "reply without its parent": "replies without what they answered",
        "email left out": "e-mail addresses left out",
        "website left out": "addresses of websites left out",
    }
)
"""What an import changes in comments, by what its report calls it."""

PLACES: Final = (
    "comment %(a)s",
    "comment without an id",
    "a comment",
    "post %(a)s",
    "post without an id",
    "thread %(a)s",
    "item %(a)s",
    "line %(a)s, %(b)s",
    "line %(a)s",
    "what stands between comments %(a)s and %(b)s",
    "what stands behind comment %(a)s",
    "what stands behind item %(a)s",
)
"""Where in a file something stands that is no comment, as a report names it before it says why."""

_KINDS: Final = MappingProxyType({"jsonl": "application/x-ndjson", "wxr": "application/xml"})


@get("/sites/{name:str}/import", guards=[page_for("admin")])
async def files(
    name: FromPath[str], request: AnyRequest, websites: NamedDependency[Websites]
) -> Response[Any]:
    """The form, and what came of the newest files."""
    return await _shown(request, websites, name)


@post(
    "/sites/{name:str}/import",
    status_code=200,
    guards=[page_for("admin")],
    request_max_body_size=MAX_IMPORT_BYTES,
)
async def bring(
    name: FromPath[str], request: AnyRequest, websites: NamedDependency[Websites]
) -> Response[Any]:
    """Take a file and begin to import it, or to try that."""
    asked = checked(_ASKED.read(await read_form(request)))
    file = (await request.form()).get("file")
    site = await websites.find(name)
    if not isinstance(file, UploadFile):
        return await _shown(request, websites, name, BadRequest(gettext("Choose a file first.")))
    try:
        upload = Upload(file.filename, asked["format"] or None, asked["base"], asked["do"] == "try")
        staff = session_here(request).staff
        await parts_of(request).uploads.begin(site, staff.id, file.file, upload)
    except Conflict as refusal:
        return await _shown(request, websites, name, refusal)
    return see(f"/sites/{site.name}/import")


@get("/sites/{name:str}/export/{form:str}", guards=[page_for("admin")])
async def take(
    name: FromPath[str],
    form: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
) -> Stream:
    """All comments of a website as a file; nothing of anybody's contact is in it."""
    if form not in get_args(ExportFormat):
        raise NotFound("There is no such form; `jsonl` and `wxr` are.")
    site = await websites.find(name)
    rows = parts_of(request).uploads.exported(site, cast("ExportFormat", form))
    end = "xml" if form == "wxr" else form
    disposition = f'attachment; filename="{site.name}.{end}"'
    headers = {**HEADERS, "Content-Disposition": disposition}
    return Stream(rows, media_type=_KINDS[form], headers=headers)


async def _shown(
    request: AnyRequest, websites: Websites, name: str, refusal: Problem | None = None
) -> Response[Any]:
    site = await websites.find(name)
    return page(
        "carrying.html",
        session_here(request),
        status=shape_of(refusal).status if refusal else 200,
        here="/sites",
        site=site,
        runs=await parts_of(request).uploads.newest(site),
        formats=_CALLED,
        changed=CHANGED,
        record=record,
        refusal=refusal,
    )


def record(line: str) -> str:
    """Return what a report says of a record in words of the language: where it stands, and why.

    An id is the file's own text; what is told begins at the first word from which on it is known.
    """
    for blank in re.finditer(" ", line):
        where, why = line[: blank.start()], line[blank.end() :]
        if told(where) != where and told(why) != why:
            return gettext("%(where)s: %(why)s", where=told(where), why=told(why))
    return line


ROUTER: Final = Router("/", route_handlers=[files, bring, take])
