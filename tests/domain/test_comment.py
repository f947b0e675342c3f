"""What a website may send as a comment."""

import hashlib
import unicodedata
from typing import Literal

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from service.domain.addresses import read_email, read_ip
from service.domain.comment import ignored_in, read_draft
from service.domain.fields import Refused
from service.domain.masking import MASK

Form = Literal["NFC", "NFD"]
COMMENT = {
    "name": "Reader",
    "email": "reader@example.org",
    "body": "Thanks.",
    "page": "https://news.example/articles/1",
}


def wrong(**fields: str) -> set[str]:
    return {error.field for error in read_draft(COMMENT | fields, 10_000)[1]}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_that_is_an_address_is_refused_in_both_forms_of_unicode(form: Form) -> None:
    address = unicodedata.normalize(form, "ren\u00e9@example.org")
    assert wrong(name=address, email=address) == {"name"}


def test_an_address_is_masked_as_it_was_typed_and_as_it_is_kept() -> None:
    typed = "Rene\u0301@Example.ORG"
    digest = hashlib.sha256(typed.encode()).hexdigest()
    draft, _ = read_draft(COMMENT | {"email": typed, "body": f"{typed} {digest}"}, 10_000)
    assert draft is not None
    assert draft.body == f"{MASK} {MASK}"
    assert draft.email == "Ren\u00e9@example.org"


@pytest.mark.parametrize("text", ["\u200b\u2060", "\u00ad", "\u3164", "\u2800 \ufeff", "\u0301"])
def test_what_nobody_can_see_is_neither_a_name_nor_a_body(text: str) -> None:
    assert wrong(name=text, body=text) == {"name", "body"}


def test_a_name_cannot_turn_or_break_the_line_it_is_shown_in() -> None:
    draft, _ = read_draft(COMMENT | {"name": "k\u202eelgoog\u2028Moderator"}, 10_000)
    assert draft is not None
    assert draft.name == "kelgoog Moderator"


@pytest.mark.parametrize("unseen", [*"\u200b\u2060\ufeff\u00ad\u2067\u202d\u3164\U000e0061\uffff"])
def test_what_nobody_sees_is_in_no_name_website_or_title(unseen: str) -> None:
    fields = {
        "name": f"An{unseen}n\u200d",
        "website": f"{unseen}exam{unseen}ple.com/a{unseen}\u200f",
        "page_title": f"\u200eA {unseen}title",
        "external_id": f"a{unseen}b",  # the website's own: as it is
    }
    draft, errors = read_draft(COMMENT | fields, 10_000)
    assert draft is not None, errors
    assert draft.name == "Ann"
    assert draft.website == "https://example.com/a"
    assert draft.page_title == "A title"
    assert draft.external_id == f"a{unseen}b"


def test_what_joins_letters_and_emoji_stays_in_a_name() -> None:
    for name in (
        "क्\u200dष",
        "👩\u200d🚀",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "❤\ufe0f",
    ):
        draft, _ = read_draft(COMMENT | {"name": name}, 10_000)
        assert draft is not None
        assert draft.name == name


@pytest.mark.parametrize("control", [*"\x1b\x7f\x85\x9b\u2028\u2029"])
def test_a_control_is_refused_where_no_line_may_break(control: str) -> None:
    assert wrong(external_id=f"a{control}b", website=f"https://example.com/a{control}b") == {
        "external_id",
        "website",
    }


def test_an_optional_field_that_shows_nothing_is_blank() -> None:
    blank = dict.fromkeys(("website", "page_title", "external_id", "parent_id"), "\u200b \ufeff")
    draft, _ = read_draft(COMMENT | blank, 10_000)
    assert draft is not None
    assert sorted(ignored_in(COMMENT | blank, draft, 10_000)) == sorted(blank)


def test_an_emoji_of_several_characters_is_visible() -> None:
    assert wrong(name="\U0001f469\u200d\U0001f680", body="\u2764\ufe0f") == set()


def wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


SLIPS_OF_HTTPS = (
    "htps://",
    "ttps://",
    "https;//",
    "https.//",
    "hhttps://",
    "htttps:://",
    "https :// ",
)
SLIPS_OF_HTTP = ("htp://", "ttp://", "http;//", "http.//", "http:://", "htttp:/", "HTP:\\\\")
WRAPPED = (
    *("<https://example.com/a>", "(example.com/a)", '"example.com/a"', "[https://example.com/a]"),
    *("https://example.com/a,", "example.com/a;", "example.com/a!", "https://example.com/a\\"),
)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("example.com", "https://example.com"),
        ("www.Example.com/ab", "https://www.example.com/ab"),
        ("//example.com/x", "https://example.com/x"),
        ("blog.example.co.uk:8080/?a=b", "https://blog.example.co.uk:8080/?a=b"),
        (" EXAMPLE.org/ ", "https://example.org/"),
        ("m\u00fcnchen.example/", "https://m\u00fcnchen.example/"),
        ("xn--mnchen-3ya.xn--p1ai/", "https://xn--mnchen-3ya.xn--p1ai/"),
        ("http://example.com/", "http://example.com/"),
        ("http:example.com", "http://example.com"),
        ("https:/example.com/a", "https://example.com/a"),
        ("http//example.com", "http://example.com"),
        ("https:\\\\example.com", "https://example.com"),
        ("https:// example.com", "https://example.com"),
        ("http://https://example.com/a", "https://example.com/a"),
        ("192.0.2.7/blog", "https://192.0.2.7/blog"),
        ("example.com/my page", "https://example.com/my%20page"),
        ("https://example.com/?tags=a|b", "https://example.com/?tags=a%7Cb"),
        ("example.com?q={a}^`b`", "https://example.com?q=%7Ba%7D%5E%60b%60"),
        *((f"{slip}example.com/a", "https://example.com/a") for slip in SLIPS_OF_HTTPS),
        *((f"{slip}example.com/a", "http://example.com/a") for slip in SLIPS_OF_HTTP),
        *((wrapped, "https://example.com/a") for wrapped in WRAPPED),
        ("https://example.com/a_(b)", "https://example.com/a_(b)"),
        ('http://example.com/"<b>"', "http://example.com/%22%3Cb%3E%22"),
        ("blog。example。org/あ。い", "https://blog.example.org/あ。い"),
        (wide("http://blog.example.org:8080/a"), "http://blog.example.org:8080/a"),
        ("例え｡example\\a\\b?c=\\d", "https://例え.example/a/b?c=%5Cd"),
    ],
)
def test_a_website_without_a_scheme_gets_one(sent: str, kept: str) -> None:
    draft, _ = read_draft(COMMENT | {"website": sent}, 10_000)
    assert draft
    assert draft.website == kept


@pytest.mark.parametrize(
    "sent",
    [
        *(
            "http://",
            "https://",
            "HTTP:",
            "http:// ",
            "https://.",
            "htp://",
            "...",
            "--",
            "(http://)",
        ),
        *("no website", "Nincs", "n.v.t.", "немає", "没有"),
    ],
)
def test_a_scheme_that_a_form_began_with_is_no_website_and_named(sent: str) -> None:
    draft, errors = read_draft(raw := COMMENT | {"website": sent}, 10_000)
    assert (draft and draft.website, errors) == (None, [])
    assert ignored_in(raw, draft, 10_000) == ["website"]


@pytest.mark.parametrize(
    "sent",
    [
        *("javascript:alert(1)", "javascript.example:alert(1)", "mailto:me@example.com", "nope"),
        *("me@example.com", "ftp://example.com", "example", "../example.com"),
        *("htp:example.com", "tp://example.com", "<a href='https://example.com'>me</a>"),
        *("exam|ple.com", "https://<b>.example", "https://exam ple.com/"),
        *("example.com:port", "a b.com", "data:text/html,x.example", "https://me@example.com"),
    ],
)
def test_what_is_no_website_is_named(sent: str) -> None:
    assert wrong(website=sent) == {"website"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ("2001:db8::1%eth0", "2001:db8::1"),
        ("198.51.100.4:4711", "198.51.100.4"),
        ("unknown, unknown ,198.51.100.4", "198.51.100.4"),
        ('for="[2001:db8::1]:4711";proto=https, for=10.0.0.1', "2001:db8::1"),
        (["198.51.100.4"], "198.51.100.4"),
        ("localhost", None),
        ("1.2.3", None),
        ("\u0661.2.3.4", None),
        ("198.51.100.4/24", None),
    ],
)
def test_the_first_address_of_what_a_proxy_calls_one_counts(sent: object, kept: str | None) -> None:
    assert read_ip(sent) == kept


@pytest.mark.parametrize("long", ["a" * 250 + "@b.example", "a@" + "b." * 30_000 + "example"])
def test_an_address_that_is_too_long_is_not_parsed(long: str) -> None:
    with pytest.raises(Refused, match="at most 254"):
        read_email(long)


@pytest.mark.parametrize(
    "typed",
    [
        "ann\uff20example.org",
        "\uff41\uff4e\uff4e\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff4f\uff52\uff47",
    ],
)
def test_an_address_in_wide_letters_is_the_one_that_was_meant(typed: str) -> None:
    assert read_email(typed) == "ann@example.org"


_PARTS = ("a", "Z", "0", ".", "-", "+", "_", "@", "@b.co", "@example.org", "info", "POSTMASTER")
_MORE_PARTS = ("a" * 30, "gmail.com", "localhost", ".test", "xn--", "\u00fc", "'", "[", " ")


@given(st.lists(st.sampled_from(_PARTS + _MORE_PARTS), max_size=8).map("".join))
def test_an_address_is_taken_or_refused_as_the_standards_library_does(typed: str) -> None:
    try:
        kept = validate_email(typed.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        assert "email" in wrong(email=typed)
    else:
        assert read_email(typed) == kept
