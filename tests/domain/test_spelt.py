"""A quick look at a text finds what a close one does, or leaves it to that."""

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.domain.spelt import Spelt, _closely, _plainly

_WORD = st.text("abgiotz", min_size=1, max_size=5)
_SIGNS = st.text(".,:;!?()\"'-*#&<>[]{}\\/@$|+_ \t\n", max_size=3)
_CHUNKS = st.tuples(_SIGNS, _WORD | st.sampled_from(["don't", "I'm", "12", "2nd", "f*ck"]), _SIGNS)
_TEXTS = st.lists(_CHUNKS.map("".join), max_size=8).map(" ".join)


@settings(max_examples=2000, deadline=None)
@given(_TEXTS | st.text(string.printable, max_size=40))
@example("f u c k")
@example("f. u, c k")
@example("f - u - c - k")
@example("it's a b")
@example("cooool")
@example("Says \"no\" ('yes'), twice!!")
def test_a_quick_look_finds_what_a_close_one_does(text: str) -> None:
    plain = _plainly(text)
    assert plain is None or plain == _closely(text)


@pytest.mark.parametrize(
    "text",
    [
        "I read it twice, and I don't agree: who pays for that?",
        'She said "no" (again) - and left...',
        "In 2026 some 1,200 people came.",
    ],
)
def test_what_people_write_mostly_needs_a_quick_look_alone(text: str) -> None:
    assert (_plainly(text) is None) == ("1,200" in text)
    assert Spelt.of(text).words == " ".join(_closely(text).words.split())


@pytest.mark.parametrize(
    "text",
    ["fu-ck", "f*ck", "f u c k", "fuuuck", "fu<b></b>ck", "&#102;uck", "5hit", "caf\u00e9", "a_b"],
)
def test_what_may_be_a_disguise_is_looked_at_closely(text: str) -> None:
    assert _plainly(f"well {text} you") is None
