"""All pages for people, as one router: each page's own router joins here."""

from typing import Final

from litestar import Router

from service.web.pages import (
    account,
    acts,
    assets,
    author,
    author_rights,
    bands,
    calls,
    carrying,
    comment,
    dashboard,
    decided,
    demo,
    keys,
    language,
    models,
    provider,
    quality,
    queue,
    queue_saved,
    reader_mail,
    sign_in,
    sites,
    staff,
    word_met,
    words,
)
from service.web.pages.answers import answer, listen

ROUTER: Final = Router(
    "/",
    route_handlers=[
        assets.ROUTER,
        calls.ROUTER,
        sign_in.ROUTER,
        account.ROUTER,
        acts.ROUTER,
        language.ROUTER,
        provider.ROUTER,
        queue.ROUTER,
        queue_saved.ROUTER,
        decided.ROUTER,
        comment.ROUTER,
        author.ROUTER,
        author_rights.ROUTER,
        dashboard.ROUTER,
        quality.ROUTER,
        bands.ROUTER,
        models.ROUTER,
        sites.ROUTER,
        keys.ROUTER,
        carrying.ROUTER,
        words.ROUTER,
        word_met.ROUTER,
        staff.ROUTER,
        demo.ROUTER,
        reader_mail.ROUTER,
    ],
    guards=[listen],
    exception_handlers={Exception: answer},
    include_in_schema=False,
)
