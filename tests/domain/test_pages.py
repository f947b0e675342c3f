"""A page is its URL in normal form: one page is one, two are two."""

import pytest

from service.domain.fields import Refused
from service.domain.pages import Tracking, read_page, without_tracking
from tests.support.browser import browser

ONE = [
    ("https://news.example", "https://news.example/"),
    ("HTTPS://News.Example:443/a", "https://news.example/a"),
    ("http://news.example:80/a#part", "http://news.example/a"),
    ("https://news.example/a/./b/../c", "https://news.example/a/c"),
    ("https://news.example/%2e%2E/a", "https://news.example/a"),
    ("https://news.example/für-alle/", "https://news.example/f%C3%BCr-alle/"),
    ("https://news.example/f%c3%bcr-alle/", "https://news.example/f%C3%BCr-alle/"),
    ("https://news.example/fu%CC%88r-alle/", "https://news.example/f%C3%BCr-alle/"),
    ("https://news.example/%7Eann/%61", "https://news.example/~ann/a"),
    ("https://news.example/a b", "https://news.example/a%20b"),
    ("https://news.example\\a\\b", "https://news.example/a/b"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
    ("https://ｎｅｗｓ.example/", "https://news.example/"),
    ("https://news。example/", "https://news.example/"),
    ("https://news.example/?q=日本", "https://news.example/?q=%E6%97%A5%E6%9C%AC"),
    ("https://news.example/?tags=a%7cb", "https://news.example/?tags=a|b"),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("https://[0:0::1]:443/", "https://[::1]/"),
    (" https://news.example/ ", "https://news.example/"),
    ("https://news.example/%E9t%e9", "https://news.example/%E9t%E9"),
    ("https://news.example/Mercury_%28planet%29", "https://news.example/Mercury_(planet)"),
    (
        "https://news.example/wiki/L%27%C3%89t%C3%A9%21%2A",
        "https://news.example/wiki/L'%C3%89t%C3%A9!*",
    ),
    ("https://news.example/?q=%28a%29%21%2A", "https://news.example/?q=(a)!*"),
    ("https://news.example/?q='a'", "https://news.example/?q=%27a%27"),
    ("https://news.example/?f%5B0%5D=a&tags%5b%5d=b", "https://news.example/?f[0]=a&tags[]=b"),
    ("https://news.example/a%5B1%5D", "https://news.example/a[1]"),
]

ONE_IN_OTHER_BROWSERS = [
    "https://news.example/a|b",  # Chromium encodes what others leave
]

TWO = [
    ("https://news.example/a", "https://news.example/a/"),
    ("https://news.example/a", "http://news.example/a"),
    ("https://news.example/a", "https://www.news.example/a"),
    ("https://news.example/a", "https://news.example/A"),
    ("https://news.example/?a=1&b=2", "https://news.example/?b=2&a=1"),
    ("https://news.example/a%2Fb", "https://news.example/a/b"),
    ("https://news.example/?q=a+b", "https://news.example/?q=a%2Bb"),
    ("https://news.example/?q=a%26b", "https://news.example/?q=a&b"),
    ("https://news.example/%25", "https://news.example/%2525"),
    ("https://news.example/a%3Bb%3D1", "https://news.example/a;b=1"),
    ("https://news.example/%40ann", "https://news.example/@ann"),
    ("https://news.example/?q=a%3D1%2B1", "https://news.example/?q=a=1+1"),
    ("https://news.example/?q=a%23b", "https://news.example/?q=a#b"),
    ("https://news.example/a%3Fb", "https://news.example/a?b"),
    ("https://news.example/a", "https://news.example/a?"),
    ("https://news.example:8443/", "https://news.example/"),
    ("https://inst.example/@ann@inst.example/1", "https://inst.example/@bob@inst.example/1"),
    ("https://news.example/%2C%CC%81", "https://news.example/%2%C4%86"),
]

KEPT_BY_BROWSERS = [
    *("https://news.example/?tags=a|b", "https://news.example/?a[]=1"),
    *(
        "https://news.example/?q={x}^`",
        "https://news.example/a;b=1,2",
        "https://news.example/?a=b=c",
    ),
    *("https://news.example/(1)!*'", "https://news.example//a//b", "https://news.example/?"),
    *("https://news.example./", "https://news.example/?q=\\", "https://news.example/?utm=1"),
]


@pytest.mark.parametrize(("sent", "page"), ONE)
def test_spellings_of_one_page_are_one(sent: str, page: str) -> None:
    assert read_page(sent) == page
    assert read_page(page) == page


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_pages_stay_two(one: str, other: str) -> None:
    assert read_page(one) != read_page(other)


async def test_what_browsers_write_stays_as_they_write_it() -> None:
    """Chromium's own reading is the oracle; it leaves apart only what RFC 3986 holds equal."""
    texts = [
        *KEPT_BY_BROWSERS,
        *ONE_IN_OTHER_BROWSERS,
        *(one for one, _ in ONE),
        *(each for pair in TWO for each in pair),
    ]
    async with browser() as chromium:
        page = await chromium.new_page()
        written = await page.evaluate("texts => texts.map(text => new URL(text).href)", texts)
    for text, href in zip(texts, written, strict=True):
        assert read_page(text) == read_page(href)
    for text, href in zip(KEPT_BY_BROWSERS, written, strict=False):
        assert read_page(text) == href


@pytest.mark.parametrize(
    "sent",
    [
        *("news.example/a", "//news.example/a", "https:news.example", "ftp://news.example/"),
        *("javascript:alert(1)", "https://", "https://ex ample.org/", "https://[::1", "/a"),
        *("https://ann@news.example/", "https://ann:b@news.example/", "https://a\0b.example/"),
        "https://news.example/" + "a" * 2048,
    ],
)
def test_what_is_no_page_is_refused(sent: str) -> None:
    with pytest.raises(Refused):
        read_page(sent)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("?utm_source=x&utm_medium=y", ""),
        ("?id=4&utm_source=x", "?id=4"),
        ("?fbclid=x&id=4&gclid=y", "?id=4"),
        ("?UTM_Campaign=x&b", "?b"),
        ("?mc_eid=1&msclkid=2&igshid=3&_ga=4", ""),
        ("?utm=1&xfbclid=2", "?utm=1&xfbclid=2"),
        ("?ysclid=lq6x6ob8&etext=1", "?etext=1"),
        ("?gad_source=1&gad_campaignid=2&gbraid=3&gclid=4&id=5", "?id=5"),
        ("?hsa_acc=1&hsa_cam=2&hsa=3", "?hsa=3"),
        ("?srsltid=1&__twitter_impression=true&twclid=2", ""),
        ("?at_medium=RSS&at_campaign=64&at_custom1=x&at_link_id=y&at=7", "?at=7"),
        ("?wt.mc_id=a&wt_zmc=b&xtor=RSS-1&ns_mchannel=rss&wt=2", "?wt=2"),
        ("?_hsenc=p2&_hsmi=4&_bhlid=5&_kx=6&__s=7", ""),
        ("?ScCid=1&rdt_cid=2&tblci=3&dicbo=4&epik=5", ""),
        ("?__cf_chl_tk=x&__cf_chl_rt_tk=y&id=5", "?id=5"),
        ("?mibextid=1&fb_action_ids=2&guce_referrer_sig=3", ""),
        ("?sfnsn=mo&oft_id=1&oft_lk=2&msockid=3&_branch_referrer=4&cm_mmca1=5&oft=6", "?oft=6"),
        ("?ref_src=twsrc%5Etfw&ref_url=x&id=5", "?id=5"),
        ("?__cft__[0]=AZX&__cft__%5B1%5D=y&__tn__=%2CO&id=5", "?id=5"),
        ("?_x_tr_sl=en&_x_tr_tl=de&_x_tr_pto=wapp&tr=1", "?tr=1"),
        ("?from=singlemessage&isappinstalled=0&nsukey=x", "?from=singlemessage"),
        ("?p=7&replytocom=12", "?p=7"),
        ("?p=7&unapproved=12&moderation-hash=8d3e", "?p=7"),
        ("?spm_id_from=333.999&vd_source=ab&wprov=sfla1&p=2", "?p=2"),
        ("?id=4&amp;utm_source=rss&amp;amp;utm_medium=feed", "?id=4"),
        ("?id=4&amp;lang=de", "?id=4&amp;lang=de"),
        ("?utm_source=x&", ""),
        ("?id=4&&utm_source=x&", "?id=4"),
        ("?id=4&&b=5&", "?id=4&&b=5&"),
        (
            "?page=2&p=3&v=4&story_fbid=5&article=6&gid=7",
            "?page=2&p=3&v=4&story_fbid=5&article=6&gid=7",
        ),
        ("?ref=front", "?ref=front"),
        ("?", "?"),
        ("", ""),
    ],
)
def test_tracking_parameters_are_dropped_and_others_kept(query: str, left: str) -> None:
    page = f"https://news.example/a{query}"
    assert without_tracking(page) == f"https://news.example/a{left}"
    assert without_tracking(page, Tracking(keep_all=True)) == page


def test_a_site_may_add_to_the_list() -> None:
    tracking = Tracking(also=("ref", "src_*"))
    page = "https://news.example/a?ref=1&src_a=2&referrer=3&utm_source=4"
    assert without_tracking(page, tracking) == "https://news.example/a?referrer=3"
