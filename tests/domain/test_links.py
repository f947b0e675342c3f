"""Links are counted as a reader meets them."""

import time

import pytest

from service.domain.links import links_in


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("t.me/x", 1),
        ("see bit.ly/abc and wa.me/123", 2),
        ("visit example.com now", 1),
        ("EXAMPLE.COM, shop.xyz; casino.bet", 3),
        ("пример.рф и bücher.de", 2),
        ("xn--e1afmkfd.xn--p1ai", 1),
        ("访问example.com吧", 1),
        ("访问 例子.中国", 1),
        ("//evil.example.com/a", 1),
        ("ftp://x.org/a tg://resolve?domain=x", 2),
        ("magnet:?xt=urn:btih:abc", 1),
        ("javascript:alert(1)", 1),
        ("hxxp://x.example", 1),
        ("www.b.example", 1),
        ("http://[::1]/ and https://203.0.113.7/x", 2),
        ("ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏｍ", 1),
        ("ex\u200bample.c\u200bom", 1),
        ("example。com", 1),
        ("example[.]com or example (dot) com", 2),
        ("buy at evil dot com now, or evil DOT net", 2),
        ("evil d0t com, evil-dot-com, evil_dot_org", 3),
        ("evil(punto)com, evil{Punkt}de, evil<dot>com, evil [точка] ru, evil<b>.</b>com", 5),
        ("geh auf evil punkt de, ve a evil punto com", 2),
        ("evil 点 com", 1),
        ("evil . com", 1),
        ("t . me / cheapmeds", 1),
        ("evil.c o m and www evil com", 2),
        ("h t t p : / / evil . com", 1),
        ("evil%2Ecom, evil\\.com, *evil*.com", 3),
        ("evil.соm", 1),
        ("192.0.2.7/login and 192.0.2.7:8080/x", 2),
        ("&#104;ttps://x.example", 1),
        ("https://a.example/?u=https://b.example/&v=http://c.example", 1),
        ("[url]https://x.example[/url]", 1),
        ("[url=https://x.example]https://x.example[/url]", 1),
        ('<a href="https://x.example">https://x.example</a>', 1),
        ("[here](https://x.example/a) and [https://x.com](https://x.com)", 2),
        ("<https://x.example>, “example.com”, (example.org)", 3),
        ("example.com:8080 and foo.zip/bar", 2),
        ("//pills.invalid/buy", 1),
        ("go here...example.com, or …example.org…", 2),
        ("_example.com_ ~example.com~ +example.com *example.com*", 4),
        ("www . example . com and example‧com", 2),
        ("evil<b></b>.com, evil<!-- x -->.net, evil.<wbr>org", 3),
        ("evil<span class='x'>.</span>com, evil<i>.<u>info", 2),
        ("evil(.com, evil.]net, evil{.org, evil\u2022com", 4),
        ("go to evil .com, now", 1),
        ("my shop is evil .com/buy, or evil. com", 2),
        ("example.com<br>example.org", 2),
        ("https://x.example/a,https://y.example/b;http://z.example|//w.example.com/", 4),
        ("bücher。de and 例え。jp or shop·example・com", 3),
        ("compre em evil ponto com, evil nokta com, evil kropka net", 3),
        ("go to evil dot ru or evil dot eu, иди на evil точка ru", 3),
        ("163.com, repubblica.it; orf.at vg.no bit.do/x, it.com", 6),
        ("yes.it/offer, 12.is/x", 2),
        ("visit evil dot shop now, or EVIL DOT online, evil-dot-xyz, evil d0t casino/bonus", 4),
        ("evil dot co dot uk and evil dot\ntop, or evil,dot,live", 3),
        ("vai a evil punto shop, evil Punkt store? evil Punkt shop, иди на evil точка xyz", 3),
        ("evil .shop, evil(.club and evil {dot} casino; see evil . xyz", 4),
        ("हिन्दी.com, www.हिन्दी.com, http://हिन्दी.com/x and //தமிழ்.com/a", 4),
        ("भारत.भारत, மகா.இந்தியா মহাবিশ্ব.বাংলা ไทยแลนด์.com", 4),
        ("кафе\u0301.рф and bu\u0308cher.de/x", 2),
        ("vbscript:msgbox monero:4abc", 2),
    ],
)
def test_links_are_counted_as_things(text: str, links: int) -> None:
    assert links_in(text) == links


@pytest.mark.parametrize(
    "text",
    [
        "mail ann@example.com or john.doe.me@example.com",
        "mailto:ann@example.com",
        "@ann@social.example.com",
        "git@github.com:x/y",
        "main.py, README.md, node.js, setup.sh, lib.so, notes.pub",
        "archive.tar.gz and foo.zip, report.pdf, photo.jpg",
        "v1.2.3, 1.2.3.4, 3.14, 10.000,50 at 12:30",
        "e.g. this, i.e. that, at 5 a.m., U.S.A., St.Louis, Mr.Smith",
        "Yes.So it is. End.In my view. Wait...what",
        "foo.bar(), console.log(x), os.path, self.name",
        "ASP.NET, VB.Net and ADO.NET",
        "你好。我是谁。再见",
        "and/or // maybe note:this data: one",
        "a//b.c, x = 1 //see.above, // foo.bar()",
        "localhost:8000",
        "the dot com bubble, a dot-com company, pre-dot-com days, evil dot com stocks",
        "un punto de vista, a point of order, Punkt der Ordnung, polka dot dress",
        "gostei . com certeza, fui. com ele",
        "10.0.0.0/8, 192.0.2.1/24, 1.2.3.4/5",
        "Это точка. Она с ним; C:\\x.y, a \\. b",
        "so...what, hmm…yes and then...I left, www . a b",
        "I bought a .com, and renewed my .org; use .net core, the .com bubble. It is free. Info!",
        "red\u2022green\u2022blue, array[.5], \u2022 com, x<b>.</b>y",
        "I love it.it is great, yes.it works. lol.no way, all good.to know, great.me too",
        "1.is it true 2.me neither 3.do not, 10.de outubro",
        "Main.java, film.srt, config.inc, letter.dot",
        "我爱你。中国，加油。在线。 終わった。みんな、ゲーム・ストア",
        "یہ میرا ملک ہے۔بھارت",
        "empresas ponto com, burbuja punto com, a polka dot com",
        "the dot app, Echo Dot online, a polka dot shop, a red dot site, connect the dot today",
        "I like the .app and a .shop ending, red\u2022live\u2022blue, top . marks",
        "यह सही है.मैं भी, म.प्र. की बात",
        "ann+example.com@x.org, ann_b.com@x.org, @_x.com",
    ],
)
def test_what_is_no_link_is_not_counted(text: str) -> None:
    assert links_in(text) == 0


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<a ",
            "<a >",
            "[url",
            "[url=x]",
            "[",
            "[a](",
            "a.",
            "://",
            "a.com/",
            "é.",
            "字.",
            "1.",
            "क़ि.",
            "字。",
        ),
        *("a<b>", "a<b>.", "a .com", "a<!--", "a. com"),
        *("w-", "http://", "&#", "[ dot ", "www . a ", "a.._b.com_"),
        *(
            " dot com",
            "www a ",
            " . a / a",
            "h t t p",
            "c o m",
            ". c o m",
            "аa.",
            "%2e",
            "1.1.1.1/",
        ),
    ],
)
def test_links_are_counted_in_linear_time(piece: str) -> None:
    began = time.process_time()
    links_in(piece * (20_000 // len(piece)))
    assert time.process_time() - began < 2
