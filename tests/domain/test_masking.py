"""E-mail addresses never survive masking, in whatever form."""

import hashlib
import time
import unicodedata
from base64 import b64encode, urlsafe_b64encode
from typing import Literal
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.masking import MASK, mask_addresses, masker

Form = Literal["NFC", "NFD"]
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
        ("https://x.example/?mail=a%2540b.co", f"https://x.example/?mail={MASK}"),
        ("write to a&#64;b.co now", f"write to {MASK} now"),
        ("write to a&#x40;b.co now", f"write to {MASK} now"),
        ("write to a&commat;b.co now", f"write to {MASK} now"),
        ("write to reader @ example.org now", f"write to {MASK} now"),
        ('write to "reader"@example.org now', f"write to {MASK} now"),
        ('write to "a reader"@example.org now', f"write to {MASK} now"),
        ("write to rea\u00adder@exam\u200bple.org now", f"write to {MASK} now"),
        ("write to reader\u200b@\u2060example\u200d.org now", f"write to {MASK} now"),
        ("write to rene\u0301@example.org now", f"write to {MASK} now"),
        ("write to राम@उदाहरण.भारत now", f"write to {MASK} now"),
        ("write to مُحَمَّد@example.com now", f"write to {MASK} now"),
        ("write to a@[192.0.2.1] now", f"write to {MASK} now"),
        ("write to a@b.co.5 times", f"write to {MASK}.5 times"),
    ],
)
def test_what_is_shaped_like_an_address_goes(text: str, masked: str) -> None:
    assert mask_addresses(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "@handle and price @ 3 each",
        "nothing here",
        "https://docs.example/left-pad@1.2.3/readme and lodash@4.17.1",
        "pkg@v1.2.3, pkg@2.0.0-beta",
        "thanks @alice.example.social for this",
        "two @ 5.99usd, see you @ home.Bye",
        "100%40 and &#640;",
        "react@18.x and tool@1.0.rc1, library@v2.1.final or app@3.0.0.beta2",
    ],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert mask_addresses(text) == text


@pytest.mark.parametrize("typed", ["Rene\u0301@Example.ORG", "ren\u00e9@example.org"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_address_with_accents_goes_in_both_forms_of_unicode(typed: str, form: Form) -> None:
    mask = masker(unicodedata.normalize("NFC", typed), typed)
    for written in (typed, typed.upper(), typed.replace("@", "\u200b@")):
        text = f"it is {unicodedata.normalize(form, written)} indeed"
        assert mask(text) == f"it is {MASK} indeed"


def test_an_unusual_local_part_of_the_author_goes_whole() -> None:
    mask = masker("a/b=\u00e9&c@example.org")
    assert mask("it is A/b=e\u0301&c@example\u00ad.org!") == f"it is {MASK}!"


def test_digests_of_the_address_as_it_was_typed_go_too() -> None:
    typed = "Reader@Example.ORG"
    digest = hashlib.md5(typed.encode(), usedforsecurity=False).hexdigest()
    assert masker("Reader@example.org", typed)(f"I am {digest}") == f"I am {MASK}"


@pytest.mark.parametrize(
    "spelling",
    [
        "ann.o-lee [at] mail.example.org",
        "ANN (dot) O-LEE (at) MAIL (dot) EXAMPLE (dot) ORG",
        "ann dot o-lee at mail dot example dot org",
        "ann punkt o-lee at mail punkt example punkt org",
        "ann.o-lee_at_mail.example.org",
        "ann.o-lee(a)mail.example.org",
        "ann[.]o-lee[@]mail[.]example[.]org",
        "a n n . o - l e e @ m a i l . e x a m p l e . o r g",
        "ann.o-lee**@**mail.example.org",
        "ann.o-lee\\@mail.example.org",
        "ann.o-lee@<b>mail</b>.example<wbr>.org",
        "ann.o-lee@\nmail.example.org",
        "ａｎｎ．ｏ－ｌｅｅ＠ｍａｉｌ．ｅｘａｍｐｌｅ．ｏｒｇ",
        "𝓪𝓷𝓷.o-lee@mail.example.org",
        "аnn.o-lee@mail.еxample.org",
        "ann。o-lee@mail。example。org",
        "ann․o-lee@mail․example۔org",
        "ann.o‑lee@mail.exam\u200bple.org",
        "%61%6e%6e%2eo-lee%40mail%2Eexample%2eorg",
        "ann%252Eo-lee%2540mail.example.org",
        "&#97;nn&period;o-lee&commat;mail&#46;example&#x2e;org",
        "&amp;#97;nn.o-lee&amp;#64;mail.example.org",
        "\\u0061nn.o-lee\\u0040mail.example.org",
        "\\141nn.o-lee\\100mail\\056example.org",
        "=61nn.o-lee=40mail=2Eexample.org",
        "ann.o-lee=3D40mail.example.org",
        "ann dot o dash lee at mail dot example dot org",
        "ann.o-lee [\u00e4] mail,example,org",
        "gro.elpmaxe.liam@eel-o.nna",
        "ann.o-lee @@ mail..example.org",
        "ann.o-lee at-sign mail.example.org",
        "ann.o-lee apenstaartje mail punt example punt org",
        "ann.o-lee (małpa) mail (kropka) example (kropka) org",
        "ann.o-lee snabel-a mail punkt example punkt org",
        "ann.o-leeアットマークmailドットexampleドットorg",
        "ann.o-lee 골뱅이 mail 닷 example 닷 org",
        "ann.o-lee שטרודל mail נקודה example נקודה org",
        "ann.o-lee آت mail نقطة example نقطة org",
        "ann.o-lee एट mail डॉट example डॉट org",
        "🅰🅽🅽.🅾-🅻🅴🅴@🅼🅰🅸🅻.🅴🆇🅰🅼🅿🅻🅴.🅾🆁🅶",
        "🇦🇳🇳.🇴-🇱🇪🇪 at mail.example.org",
        "ann.o-lee@mail⸱example ● org",
        "ann o lee @ mail / example / org",
        "ann.o-lee at mail full stop example period org",
        "ann.o-lee%u0040mail\\u{2e}example\\U0000002eorg",
        "ann.o-lee | mail.example.org",
        "ann.o-lee on mail.example.org",
        "ann.o-lee 在 mail.example.org",
        "ann.o-lee/mail.example.org",
        "ann.o-lee #mail.example.org",
        "Ann.O-Lee chez mail point example point org",
        "ann.o-leeATmail.example.org",
        "annDOTo-leeATmailDOTexampleDOTorg",
        "ann.o-leeatmail.example.org",
        "Ann.O-LeeAtMail.Example.Org",
        "ann.o-leeArrobaMailPuntoExamplePuntoOrg",
        "ann.o-lee @t mail.example.org",
        "ann.o-lee@maildotexampledotorg",
        "ann.o-lee commercial at mail.example.org",
        "ann kropka o myślnik lee małpa mail kropka example kropka org",
        "ann nokta o k\u0131sa çizgi lee kuyruklu a mail nokta example nokta org",
        "ann piste o viiva lee ät mail piste example piste org",
        "ann точка o тире lee собачка mail точка example точка org",
        "ann ドット o ハイフン lee アットマーク mail ドット example ドット org",
        "ann 닷 o 하이픈 lee 골뱅이 mail 닷 example 닷 org",
        "ann نقطة o شرطة lee آت mail نقطة example نقطة org",
        "ann.o-lee @rroba mail punto example punto org",
        "ann.o-lee kissanhäntä mail piste example piste org",
        "ann.o-lee chiocciolina mail.example.org",
        "ann prik o streepje lee apestaart mail prik example prik org",
        "ann punktum o bindestreg lee alfa-snigill mail punktum example punktum org",
        "ann točka o crtica lee majmunče mail tačka example točka org",
        "ann.o-lee маймунско mail точка example точка org",
        "ann.o-lee at the rate of mail dot example dot org",
        "ann.o-lee小老鼠mail點example點org",
        "ann.o-leeあっとmailどっとexampleどっとorg",
        "ann.o-lee 앳 mail 점 example 점 org",
        "ann chấm o gạch ngang lee a còng mail chấm example chấm org",
    ],
)
def test_the_authors_address_goes_in_every_spelling(spelling: str) -> None:
    mask = masker("ann.o-lee@mail.example.org")
    assert mask(f"Hi {spelling}, thanks") == f"Hi {MASK}, thanks"
    assert mask(f"https://x.example/?by={quote(spelling)}") == f"https://x.example/?by={MASK}"


@pytest.mark.parametrize(
    "pulled_apart",
    [
        "ann.o-lee](x)@mail.example.org",
        "ann.o-lee](https://a.example/b?c='d')@[mail](y).example.org",
        'ann.o-lee](<x y> "a title")@mail.example.org',
        "ann.o-lee![x](http://img.example/z.png)@mail.example.org",
        "ann.o-lee][ref]@mail.example.org",
        "ann.o-lee[^1]@mail[2].example.org",
        "an[b]n.o-lee[/b]@[i]mail[/i].example.org",
        "ann[size=12].o-lee[/size]@[url=http://x.example]mail[/url].example.org",
        "ann.o-lee[img]http://x.example/a.png[/img]@mail.example.org",
        "ann.o-lee{b}@{/b}mail.example.org",
        "ann.o-lee<!-- not for robots -->@mail.exam<!---->ple.org",
        "ann.o-lee<a href='http://x.example/'>@</a>mail.example.org",
        "ann.o-lee<abbr title='more > less'>@</abbr>mail.<x-y>example</x-y>.org",
        "ann.o-lee<style>p{}</style>@<ruby>mail<rt>post</rt></ruby>.example.org",
        "ann.o-lee&lt;svg class=a&gt;@&lt;/svg&gt;mail.example.org",
        "ann.o-lee (take this out) @ mail.example.org",
        "ann.o-lee:heart:@mail.example.org",
    ],
)
def test_markup_between_its_parts_hides_no_address(pulled_apart: str) -> None:
    mask = masker("ann.o-lee@mail.example.org")
    assert mask(f"Hi {pulled_apart}, thanks") == f"Hi {MASK}, thanks"


@pytest.mark.parametrize("before", ["", "x", "by", "via", "mailto:"])
def test_what_has_the_address_in_it_goes_when_it_is_coded_too(before: str) -> None:
    raw = f"{before}Ann.O-Lee@mail.example.org".encode()
    mask = masker("ann.o-lee@mail.example.org")
    for coded in (b64encode(raw).decode(), urlsafe_b64encode(raw).decode(), raw.hex()):
        assert mask(f"Hi {coded}, thanks") == f"Hi {MASK}, thanks"
    assert MASK in mask(f"https://x.example/u/{b64encode(raw + b' !?').decode()}/0x{raw.hex()}")
    assert mask(other := b64encode(raw[:-3] + b".invalid").decode()) == other


def test_what_only_looks_like_markup_may_be_the_address() -> None:
    mask = masker("ann@mail.example.org")
    text = "<ann@mail.example.org> [ann@mail].example.org (ann)@mail.example.org"
    assert mask(text) == f"<{MASK}> [{MASK} ({MASK}"


@pytest.mark.parametrize(
    "written",
    [
        *("maria.garcia92@gmail", "maria.garcia92 at Gmail", "maria.garcia92 arroba gmail"),
        *("maria garcia92 gmail", "m a r i a . garcia92 @ g m a i l"),
        *("maria.garcia92(at)gmail", "maria dot garcia92 at gmail"),
    ],
)
def test_an_address_goes_without_an_ending_that_everybody_knows(written: str) -> None:
    mask = masker("maria.garcia92@gmail.com")
    assert mask(f"Hi {written}, thanks, maria.garcia92@gmail.com") == f"Hi {MASK}, thanks, {MASK}"
    for other in ("I am Maria, at gmail", "garcia92@gmail here", "maria.garcia92 at home"):
        assert mask(other) == other
    assert (
        masker("maria.garcia92@work.example")("maria.garcia92 at work") == "maria.garcia92 at work"
    )


def test_words_for_signs_are_signs_and_parts_of_addresses_as_well() -> None:
    assert masker("ann+x@example.org")("ann plus x at example dot org") == MASK
    assert masker("a@a.aa@a")("a@a.aa@a and a@a.aa@a") == f"{MASK} and {MASK}"
    assert masker("ann@x.org")("gro.x@nna, ann@x.org") == f"{MASK}, {MASK}"
    assert masker("plus@minus.org")("plus at minus dot org, plus@minus.org") == f"{MASK}, {MASK}"


@pytest.mark.parametrize("domain", ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"])
def test_a_domain_in_other_letters_goes_in_both_its_forms(domain: str) -> None:
    assert masker("ann@bücher.example")(f"it is ann@{domain}") == f"it is {MASK}"


@pytest.mark.parametrize(
    "domain", ["stra\u00dfe.example", "xn--strae-oqa.example", "strasse.example"]
)
def test_a_domain_with_a_sharp_s_goes_as_both_standards_write_it(domain: str) -> None:
    written = domain.replace(".", " dot ")
    assert masker("ann@stra\u00dfe.example")(f"it is ann at {written}") == f"it is {MASK}"


@pytest.mark.parametrize(
    "text",
    [
        "Joann at mail was here",
        "I am Ann Lee. O, mail example org to me",
        "meet me at the example",
        "ann o lee at mailexampleorg, ann o le e at mail example org",
    ],
)
def test_words_of_an_address_alone_are_no_address(text: str) -> None:
    assert masker("ann.o-lee@mail.example.org")(text) == text


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("ann@mail.example.org", "Ann, mail.example.org"),
        ("ann@mail.example.org", "Ann from mail.example.org"),
        ("ann.lee@annlee.example", "Ann Lee, annlee.example"),
        ("ann.lee@lee.example", "Ann Lee, lee.example"),
        ("ann.lee@news.lee.example", "I am Ann Lee (news.lee.example)"),
        ("ann.lee@mail.example.org", "Ann Lee wrote to mail.example.org, Ann Lee is on it"),
    ],
)
def test_a_name_beside_a_domain_is_no_address(address: str, text: str) -> None:
    assert masker(address)(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "@ann@social.example",
        "follow @bob@inst.example!",
        "(@bob@inst.example)",
        "https://inst.example/@bob@other.example/1",
        "!gardening@lemmy.example is a nice group",
        "git clone git@github.com:x/y.git",
        "ssh://git@forge.example/x",
        "hg@hosting.example:a/b",
        "svn@svn.example.org:/trunk",
        "forgejo@codeberg.org:a/b",
        "ssh -T git@forge.example works",
        "ssh://bob@forge.example/x.git",
        "svn+ssh://bob@svn.example.org/trunk",
        "logo@2x.png, photo@3x.jpeg and icon@1.5x.webp",
        "\uff20bob@inst.example, acct:bob@inst.example",
        "https://inst.example/.well-known/webfinger?resource=acct:bob@inst.example",
        "git clone bob@forge.example:tools/x.git && git push bob@forge.example:/srv/x.git",
        "ssh://bob@forge.example:2222/x.git, org-12@forge.example:a/b.git",
        "gitolite@forge.example:x",
    ],
)
def test_handles_and_remotes_of_repositories_stay(text: str) -> None:
    assert mask_addresses(text) == text
    assert masker("ann@mail.example.org")(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("hi!bob@inst.example", "@@bob@inst.example", "git@example.org", "x.@bob@inst.example"),
        *("ssh://bob@inst.example", "https://bob@inst.example/x", "ssh bob@inst.example"),
        *("@\uff20bob@inst.example", "exacct:bob@inst.example", "bob@inst.example: see x.git"),
        *("bob@inst.example:x.github", "bob@2.inst.example", "bob@163.inst.example"),
    ],
)
def test_what_only_begins_like_a_handle_is_an_address(text: str) -> None:
    assert "inst.example" not in mask_addresses(text)
    assert "git@example.org" not in mask_addresses(text)


def test_an_authors_handle_that_is_the_address_goes() -> None:
    assert MASK in masker("ann@social.example")("I am @ann@social.example")


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_address_never_survives_among_other_text(before: str, after: str) -> None:
    assert AUTHOR.lower() not in MASKED(f"{before}{AUTHOR}{after}").lower()


@pytest.mark.parametrize(
    "piece",
    [
        *("@", "a@", "a.", "a@b.", "%40", "%25", "&amp;", '"', ' "a', "e\u0301@", "\u200b@ "),
        *("Reader.One+news@Example.Org ", "reader one news example org ", "\\u", "&", "<b>"),
        *('<a "', "<!--", "[a](", "](", "<style>", "<a ='", "[img]", "(x ", "](((", ":a", "[^"),
    ],
)
def test_hostile_texts_are_masked_in_linear_time(piece: str) -> None:
    began = time.process_time()
    MASKED(piece * (20_000 // len(piece)))
    assert time.process_time() - began < 2
