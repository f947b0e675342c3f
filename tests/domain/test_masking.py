"""E-mail addresses never survive masking, in whatever form."""

import hashlib
from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.masking import MASK, mask_addresses, masker

AUTHOR = "Reader.One+news@Example.org"
MASKED = masker(AUTHOR)


@pytest.mark.parametrize(
    "form",
    [
        AUTHOR,
        AUTHOR.lower(),
        AUTHOR.upper(),
        quote(AUTHOR, safe=""),
        b64encode(AUTHOR.encode()).decode(),
        hashlib.md5(AUTHOR.lower().encode(), usedforsecurity=False).hexdigest(),
        hashlib.sha1(AUTHOR.encode(), usedforsecurity=False).hexdigest(),
        hashlib.sha256(AUTHOR.lower().encode()).hexdigest().upper(),
    ],
)
def test_the_authors_address_goes_in_every_form(form: str) -> None:
    assert form.rstrip("=") not in MASKED(f"before {form} after")
    assert MASK in MASKED(f"before {form} after")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to a@b.co now", f"write to {MASK} now"),
        ("https://x.example/?mail=a@b.co&y=1", f"https://x.example/?mail={MASK}&y=1"),
        ("https://x.example/?mail=a%40b.co", f"https://x.example/?mail={MASK}"),
        ("@handle and price @ 3 each", "@handle and price @ 3 each"),
        ("nothing here", "nothing here"),
    ],
)
def test_what_is_shaped_like_an_address_goes(text: str, masked: str) -> None:
    assert mask_addresses(text) == masked


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_address_never_survives_among_other_text(before: str, after: str) -> None:
    assert AUTHOR.lower() not in MASKED(f"{before}{AUTHOR}{after}").lower()
