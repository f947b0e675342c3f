"""What mails to readers say, and the page that their last link leads to, which ends them.

Opening the page changes nothing, for programs that guard mailboxes open every link; its button
does, and so does the POST that mail programs send for one click (RFC 8058).
"""

from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath

from service.domain.reader_mail import ReaderMail, Written
from service.web.languages.catalogue import ENGLISH, NAMES
from service.web.languages.speech import gettext, speak
from service.web.pages.answers import page
from service.web.parts import parts_of

AnyRequest = Request[Any, Any, Any]


def written(mail: ReaderMail, stop: str) -> Written:
    """Return a mail in the words of its page's language; `stop` is where its reader ends them all.

    There is no text of a comment in it: that stands on the page, and is gone from there when it is
    taken off.
    """
    language = next((code for code in NAMES if code == mail.language), ENGLISH)
    speak(language)
    subject, told = _of_reply(mail) if mail.is_reply else _of_own(mail)
    why = gettext("You get this e-mail because you asked for it when you wrote your comment.")
    end = gettext("No more e-mails like this:")
    text = f"{told}\n{mail.at}\n\n-- \n{why}\n{end}\n{stop}\n"
    return Written(subject, text, language, stop)


def _of_own(mail: ReaderMail) -> tuple[str, str]:
    called = mail.called
    return (
        gettext("Your comment is published: %(page)s", page=called),
        gettext("Your comment on “%(page)s” is published:", page=called),
    )


def _of_reply(mail: ReaderMail) -> tuple[str, str]:
    called, by = mail.called, mail.by
    told = (
        gettext("%(name)s has replied to your comment on “%(page)s”:", name=by, page=called)
        if by
        else gettext("Somebody has replied to your comment on “%(page)s”:", page=called)
    )
    return gettext("A reply to your comment: %(page)s", page=called), told


@get("/mail/{token:str}")
async def ask(token: FromPath[str], request: AnyRequest) -> Response[Any]:
    """The page with the button that ends them."""
    host = await parts_of(request).reader_mails.host(token)
    return page("reader_mail.html", host=host, state="asks")


@post("/mail/{token:str}", status_code=200)
async def end(token: FromPath[str], request: AnyRequest) -> Response[Any]:
    """End a site's mails to a reader, whoever has the link; or begin them again."""
    resume = (await request.form()).get("again") == "yes"
    mails = parts_of(request).reader_mails
    host = await mails.host(token)
    await mails.stop(token, resume=resume)
    return page("reader_mail.html", host=host, state="again" if resume else "ended")


ROUTER: Final = Router("/", route_handlers=[ask, end])
