"""Short remarks on a site whose languages nobody named: its own approved comments tell them."""

from service.accounts import accounts
from service.domain.languages import read_list, usual_of
from tests.support import akismet
from tests.support.service import Service
from tests.support.verdicts import DECISIVE

PLAIN = "The council promised new railings for the harbour bridge, and number {} is still missing."
REACTIONS = ("lol", "Bravo!", "+1", "so true", "Nice one", "haha yes", "Well said", "Amen", "Wow")
SHORT = ("No", "btw", "helicopter pilot", "Golden Gate", "Rusty bicycles", "Brass bands")
FOREIGN = ("köszönöm szépen a cikket", "tack så mycket för artikeln", "vielen Dank für den Artikel")


async def held(service: Service, *bodies: str) -> list[str]:
    """Those of some comments that wait for somebody who knows their language."""
    answers = [(body, (await service.post(body=body)).json()) for body in bodies]
    return [body for body, answer in answers if "language" in answer["reasons"]]


async def test_short_remarks_are_in_the_language_of_the_sites_approved_comments(
    service: Service,
) -> None:
    settings = {**DECISIVE, "author_per_minute": 1000, "origin_per_minute": 1000}
    await accounts.change_site(service.connection, "first", settings)
    assert not await held(service, *REACTIONS)
    assert len(before := await held(service, *SHORT)) >= 3
    assert not await held(service, *(PLAIN.format(number) for number in range(12)))
    _forget(service)
    assert not await held(service, *before)
    assert await held(service, *FOREIGN) == list(FOREIGN)


async def test_akismets_blog_lang_is_what_the_website_writes_in(service: Service) -> None:
    key = await akismet.key_of(service, **DECISIVE)
    waits = []
    for number, more in enumerate(({}, {"blog_lang": "en, en_gb"}, {"blog_lang": "hu_HU"})):
        said = akismet.form(key, SHORT[2], permalink=f"https://b.example/{number}", **more)
        answer = await akismet.check(service, said)
        waits.append("x-akismet-recheck-after" in answer.headers)
    assert waits == [True, False, True]


def test_a_language_is_usual_from_a_tenth_of_ten_comments() -> None:
    assert usual_of({"en": 9}) == ()
    assert usual_of({"en": 8, "de": 2}) == ("de", "en")
    assert usual_of({"en": 95, "hu": 5}) == ("en",)


def test_a_list_of_languages_is_read_as_clients_write_it() -> None:
    assert read_list("en, fr_ca;deu  12 nothing") == ("en", "fr", "de")
    assert read_list("") == ()


def _forget(service: Service) -> None:
    service.app.state.parts.submission._keeping._usual._known.clear()
