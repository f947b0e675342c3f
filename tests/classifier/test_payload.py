"""What leads nowhere is held and not rejected as spam; a link, a number or a signature decides."""

import pytest

from classifier.payload import without_payload
from tests.support.second_opinion import BUNDLE

PRAISE = (
    "I have read your columns for twenty years, thank you for every one of them.",
    "What a wonderful piece of writing! Please keep going.",
    "Great post, thanks for sharing.",
    "This is exactly the information that I was looking for, much appreciated.",
    "Superb article, I will tell my sister to read it too.",
    "Very informative. I learned something today.",
    "You explain things so well, I bookmarked the page.",
    "My compliments to the author, this was well worth reading.",
)


@pytest.mark.parametrize("text", PRAISE)
def test_praise_that_leads_nowhere_is_less_certain_and_keeps_its_order(text: str) -> None:
    found = [without_payload(text, spam) for spam in (0.2, 0.5, 0.6, 0.9, 0.99, 1.0)]
    assert found[:2] == [0.2, 0.5]
    assert found == sorted(found)
    assert 0.5 < found[2] < 0.6
    assert found[3] < 0.7


@pytest.mark.parametrize(
    "payload",
    [
        "https://shop.example/x",
        "www.shop.example",
        "cheap-boots.shop",
        "write to ann@shop.example",
        "+44 7700 900123",
        "@swifttrades",
        "only $500",
    ],
)
def test_what_leads_somewhere_keeps_its_score(payload: str) -> None:
    assert without_payload(f"Great post, thanks for sharing. {payload}", 0.97) == 0.97


@pytest.mark.parametrize("text", PRAISE)
def test_praise_is_never_rejected_whoever_of_a_place_signs_it(text: str) -> None:
    for name in ("", "Anna Berg", "j.doe"):
        (scored,) = BUNDLE.score_many([text], signed=[(name, "")])
        assert BUNDLE.decide(text, scored)[0].status != "rejected"


def test_the_same_praise_is_certain_once_a_casino_signs_it() -> None:
    text = PRAISE[2]
    (scored,) = BUNDLE.score_many([text], signed=[("Best Casino Bonus", "http://win-casino.top")])
    verdict, _ = BUNDLE.decide(text, scored)
    assert verdict.status == "rejected"
    assert verdict.violated == ("spam",)
