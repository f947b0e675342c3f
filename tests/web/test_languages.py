"""A site's languages and a comment's own are taken into account where a comment comes in."""

import pytest

from service.accounts import accounts
from tests.support.service import Service


@pytest.mark.parametrize("body", ["lol", "Bravo!", "👍", "haha so true", "nice one"])
async def test_a_reaction_on_an_english_site_does_not_wait_for_its_language(
    service: Service, body: str
) -> None:
    await accounts.change_site(service.connection, "first", {"languages": ["en"]})
    answer = (await service.post(body=body)).json()
    assert answer["language"] == "en"
    assert "language" not in answer["reasons"]


@pytest.mark.parametrize(
    "body",
    ["sei un idiota completo", "vete a la mierda con tu artículo", "çok güzel bir yazı olmuş"],
)
async def test_a_declared_language_is_not_believed_against_the_text(
    service: Service, body: str
) -> None:
    answer = (await service.post(body=body, language="en")).json()
    assert (answer["status"], answer["language"]) == ("pending", None)
    assert "language" in answer["reasons"]


@pytest.mark.parametrize(
    ("sent", "ignored"),
    [
        ("eng", []),
        ("en-GB", []),
        ("english", ["language"]),
        ("xx", ["language"]),
        ("?", ["language"]),
    ],
)
async def test_no_comment_waits_for_how_its_language_was_named(
    service: Service, sent: str, ignored: list[str]
) -> None:
    answer = (await service.post(language=sent)).json()
    assert (answer["language"], answer["ignored"]) == ("en", ignored)
    assert "language" not in answer["reasons"]
