"""Words of a site's lists are met however they are spelt, and nothing else is."""

import time

import pytest

from service.domain.fields import Refused
from service.domain.normal_form import normal_form
from service.domain.spelt import Spelt
from service.domain.words import Words, read_word

ENGLAND, SCOTLAND = (
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
)


def met(entry: str, *texts: str) -> bool:
    return bool(Words([read_word(entry)]).met(Spelt.of(*texts)))


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("casino royale", "Best CASINO-Royale!"),
        ("e-mail", "send an e mail"),
        ("don't", "DON’T do it"),
        ("viagra", "vi\u200bag\u00adra"),
        ("viagra", "ＶＩＡＧＲＡ"),
        ("viagra", "𝓿𝓲𝓪𝓰𝓻𝓪"),
        ("viagra", "vіаgrа"),
        ("viagra", "v̷i̷a̷g̷r̷a̷"),
        ("free", "🅵🆁🅴🅴 now"),
        ("казино", "кaзинo"),
        ("ｃａｓｉｎｏ", "casino"),
        ("straße", "STRASSE"),
        ("istanbul", "İSTANBUL"),
        ("café", "cafe\u0301 noir"),
        ("हिन्दी", "मैं हिन्दी में"),
        ("مرحبا", "قال مرحبا لهم"),
        ("도박", "도박 사이트"),
        ("博彩", "网上博彩公司"),
        ("カジノ", "オンラインカジノで"),
        ("カジノ", "ｶｼﾞﾉ"),
        ("พนัน", "เว็บพนันออนไลน์"),
        ("កាស៊ីណូ", "ហ្គេមកាស៊ីណូថ្មី"),
        ("sex", "無料sex動画"),
        ("pharma*", "pharmacies"),
        ("*press", "WordPress rocks"),
        ("*casino*", "bestcasinos"),
        ("v*gra", "viiiagra"),
        ("f*ck", "fuck"),
        ("f*ck", "what the f*ck"),
        ("sh**", "sh** happens"),
        ("b**ch", "a B**CH"),
        ("C++", "learn c++ now"),
        ("C#", "C# jobs"),
        (".net", "use .NET now"),
        ("#metoo", "see #MeToo."),
        ("$$$", "make $$$ fast"),
        ("💩", "so 💩!"),
        ("👍", "👍🏽"),
        ("№", "№ 5"),
        ("🇺🇸", "from 🇺🇸 with love"),
        ("t.me/spam", "http://t.me/spam"),
        ("1️⃣", "1️⃣2️⃣ go"),
        ("*️⃣", "press *️⃣"),
        ("👨‍👩‍👧", "our 👨‍👩‍👧!"),
        ("❤️", "I ❤ you"),
        ("💩", "💩\u200d💩"),
        ("🇺🇸", "🇦🇺🇺🇸"),
        ("спам", "cпам"),
        ("porn", "рoгп"),
        ("buy now", "buy\u00a0\r\nnow"),
        ("שלום", "שָׁלוֹם"),
        ("مرحبا", "مَرْحَبًا"),
        ("idiot", "you ID10T"),
        ("viagra", "V1@gra!"),
        ("shit", "$hit, sh!t"),
        ("ass", "a$$"),
        ("alcohol", "a1coho1"),
        ("дебил", "де6ил"),
        ("звезда", "3везда"),
        ("casino", "c.a.s.i.n.o now"),
        ("казино", "к а з и н о"),
        ("casino", "c/a/s/i/n/o"),
        ("casino", "c|a|s|i|n|o"),
        ("casino", "c·a·s·i·n·o"),
        ("casino", "«casino»"),
        ("casino", "casino» casino× ¡casino!"),
        ("casino", "(c)(a)(s)(i)(n)(o)"),
        ("casino", "c\na\ns\ni\nn\no"),
        ("casino", "c•a•s•i•n•o"),
        ("casino", "c, a, s, i, n, o"),
        ("казино", "к/а/з/и/н/о"),
        ("fuck", "fu¢k"),
        ("bets", "b€ts, b£ts"),
        ("shit", "sh¡t"),
        ("博彩", "网上博*彩网站"),
        ("博彩", "网上 博 彩 网站"),
        ("カジノ", "カ.ジ.ノ"),
        ("shit", "shiiiiit"),
        ("boob", "boooob"),
        ("μαλάκας", "ΜΑΛΑΚΑΣ"),
        ("ΗΛΙΘΙΟΣ", "ηλίθιος"),
        ("ёлки", "ЕЛКИ"),
        ("ель", "ёль"),
        ("أحمق", "احمق"),
        ("غبي", "غبى"),
        ("کتاب", "كتاب"),
        ("كلبة", "كلبه"),
        ("kıro", "KIRO"),
        ("KIRO", "kıro"),
        ("şırfıntı", "ŞIRFINTI"),
        ("œuf", "OEUFS et oeuf"),
        *(
            ("fuck", text)
            for text in ("what the f*ck", "F**K!", "f#ck", "(f.ck)", "f_ck", "f-ck", "fu*k you")
        ),
        *(
            ("fuck", text)
            for text in ("f\U0001f92cck", "f\u2588ck", "f\u2605ck", "f\u2217ck", "f@ck, f%ck")
        ),
        *(
            ("fuck", text)
            for text in ("fu-ck", "fu.ck", "f.uck", "fu*ck", "f|uck", "**f**uck", "f\\*ck")
        ),
        *(
            ("fuck", text)
            for text in ("f'u'c'k", 'f"u"c"k', "f+u+c+k", "f\u2014u\u2014c\u2014k", "f^u^c^k")
        ),
        *(("fuck", text) for text in ("f<b>u</b>ck", "f[i]u[/i]ck", "f&#117;ck", "fu&shy;ck")),
        *(("shit", text) for text in ("sh*t, $h*t", "s**t", "sh**")),
        *(("asshole", text) for text in ("a**hole", "a*****e", "assh*le.")),
        *(("блядь", "бл*дь"), ("хуй", "х*й"), ("scheiße", "sch**ße"), ("кал", "к*л")),
        *(("*fuck*", "motherf*cker"), ("fuck*", "f**king"), ("*fuck", "godf*ck")),
        *(
            ("email", "an e-mail"),
            ("casino", "cas-ino"),
            ("asshole", "assh-ole"),
            ("shit", "sh-t, s-hit"),
        ),
        ("casino", "c̲a̲s̲i̲n̲o̲"),
        (
            SCOTLAND,
            f"up {SCOTLAND}{ENGLAND}!",
        ),
        ("👨‍🚒", "a 👨🏾‍🚒"),
        ("👩‍🤝‍👨", "👩🏻‍🤝‍👨🏿"),
        ("casino", "c҉a҉s҉i҉n҉o҉"),
    ],
)
def test_an_entry_is_met_in_every_spelling(entry: str, text: str) -> None:
    assert met(entry, text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("casino", "casinos"),
        ("ass", "class"),
        ("pharma*", "biopharma"),
        ("v*gra", "via agra"),
        ("ya", "yä"),
        ("ya", "ya\u0308"),
        ("n", "n̈"),
        ("kob", "køb"),
        ("कम", "कमी"),
        ("हिन्द", "हिन्दी"),
        ("ท", "ที่"),
        ("C++", "C is old"),
        ("C#", "a, c, b"),
        (".net", "a fishing net"),
        ("💩", "👍"),
        ("🅰️", "a dog"),
        ("ℹ️", "i am"),
        ("no", "№ 5"),
        ("us", "🇺🇸"),
        ("buy now", "buy it now"),
        ("1️⃣", "1"),
        ("1️⃣", "2️⃣"),
        ("#️⃣", "#"),
        ("👨", "👨‍👩‍👧"),
        ("👩", "a 👩🏽‍🚀"),
        ("🏳️", "🏳️‍🌈"),
        ("🌈", "🏳️‍🌈"),
        ("👍🏽", "👍🏿"),
        ("👨🏻‍🚒", "👨🏾‍🚒"),
        ("🚒", "👨🏾‍🚒"),
        (
            SCOTLAND,
            ENGLAND,
        ),
        (
            "\U0001f3f4",
            f"come on {ENGLAND}",
        ),
        ("🇺🇸", "🇦🇺🇸🇪"),
        ("🇺", "🇺🇸"),
        ("рот", "pot"),
        ("ass", "on the A55"),
        ("ist", "the 1st of May"),
        ("erd", "3rd"),
        ("ann", "a n d"),
        ("usa", "u s and a"),
        ("sik", "sık sık"),
        ("bob", "bb, b o"),
        ("100", "ioo"),
        ("em", "£5m and 5€m"),
        ("博彩", "知识渊博、彩色"),
        ("博彩", "渊博 彩色"),
        ("abd", "a/b or d"),
        *(("whore", "who're you"), ("hell", "he'll go"), ("penis", "the pen.is mine")),
        *(
            ("fuck", "**** f*k f** f*****"),
            ("duck", "f*ck, d--k"),
            ("rad", "R&D"),
            ("ass", "a-s and a.s"),
        ),
        *(("*sex*", "this-excellent"), ("analog", "an-a#log#ue"), ("as", "5*a")),
        *(
            ("eemail", "an e-mail"),
            ("webssite", "web-site"),
            ("gooogl", "goo.gl/x"),
            ("veryy", "very*"),
        ),
        *(("uptodate", "up-to-date"), ("systemweb", "system.web"), ("highprofile", "high-profile")),
        *(("kill yourself", "k*ll your self"), ("buy pills", "b*y a p*lls"), ("be it", "b* it")),
        *(("fuck*", "a*uck"), ("hola", "h@lo hol@nd"), ("cone", "c.n.e")),
    ],
)
def test_nothing_else_is_met(entry: str, text: str) -> None:
    assert not met(entry, text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        *(
            ("fuck", "what the f***!"),
            ("fuck", "F***, he said"),
            ("bitch", "a b****"),
            ("idiot", "i****"),
        ),
        *(("fuck", "phuck off"), ("fucking", "PHUCKING hell"), ("full house", "phull house")),
        *(("slut", "slvt!"), ("dumb", "DVMB as a rock"), ("bugger", "buqqer off")),
        *(("bastard", "bas+ard"), ("moron", "moron\xb2"), ("nagging", "na99ing"), ("shit", "sh!7")),
        *(("asshole", "@sshole"), ("arschgesicht", "@rschgesicht"), ("salak", "s@l@k")),
        *(("xanax", "xanax\u2122 cheap"), ("rolex", "Rolex\u2122, rolex\u2120")),
        *(("gun", "\u0261un"), ("ass", "\u0251ss"), ("free", "\u0192ree")),
        *(
            ("trump sucks", "#TrumpSucks"),
            ("buy gold", "see #BuyGold!"),
            ("иди домой", "#ИдиДомой"),
        ),
        *(("scheißkerl", "Schei*kerl"), ("pussy", "pu*y")),
        *(("сволочь", "c в o л o ч ь"), ("козёл", "коз*л"), ("пёс", "п@с")),
        *(("βλάκας", "Bλάκας, BΛΑΚΑΣ"), ("βλάκας", "βλ@κας"), ("ηλίθιος", "ηλ*θιος, ηλίθι0ς")),
        *(("قحبة", "قح*ه"), ("خنزير", "خنز*ر")),
        *(("कमीना", "क मी ना"), ("कमीना", "क.मी.ना"), ("साला", "सा*ा"), ("बोका", "बो-का")),
        *(("废物", "【废】【物】"), ("废物", "废（物）"), ("垃圾", "垃、圾"), ("クズ", "ク・ズ")),
        *(("개새끼", "개새1끼"), ("개새끼", "개@새@끼"), ("지랄", "지.랄"), ("꺼져", "꺼^져")),
        *(("개새끼", "개새끼ㅋㅋ"), ("지랄", "ㅈㅣㄹㅏㄹ"), ("멍청이", "멍청이ㅉㅉ")),
        *(("piç", "p!ç"), ("götveren", "götv3ren"), ("maricón", "mar1cón")),
        *(("<script>", "a &lt;script&gt; here"), ("A&B", "A&amp;B"), ("{{", "&#123;&#123;x}}")),
        *(("cunt", "you kunt"), ("cocksucker", "a kocksucker!"), ("connard", "KONNARD")),
        *(("fuck", "fuk off"), ("fuck", "fukk"), ("motherfucker", "motherfuker"), ("crap", "krap")),
        *(("пизда", "пиzда"), ("мудак", "муdак"), ("говно", "гоvно"), ("дебил", "дебиl")),
        *(("μαλάκας", "μαλάκα$"), ("don't", "don\u00b4t"), ("l'autre", "l\u02bcautre")),
        *(
            ("п'ять", "п\u02bcять"),
            ("kill 'em", "kill \u00b4em"),
            ("fuck", "f\u00b4u\u00b4c\u00b4k"),
        ),
    ],
)
def test_an_entry_is_met_where_letters_are_imitated_or_pulled_apart(entry: str, text: str) -> None:
    assert met(entry, text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        *(
            ("sun", "we use SVN"),
            ("cut", "a CVT gearbox"),
            ("art", "@RT_news said"),
            ("ten", "0+en"),
        ),
        *(
            ("press", "WordPress rocks"),
            ("cattm", "cat\u2122"),
            ("ass", "a s class"),
            ("god", "G9d"),
        ),
        *(("webssite", "web-site"), ("pas", "p*ss"), ("ad", "@d"), ("red", "#colored")),
        *(
            ("이년", "이 년 전에"),
            ("바보", "바 보"),
            ("女人", "女、人们"),
            ("渊博", "知识渊、博彩"),
        ),
        *(("fun", "phun"), ("refund", "rephund"), ("duck", "phuck"), ("fish", "phish")),
        *(("cunt", "dat kunt u niet"), ("cunt", "Jullie kunt het"), ("crap", "het is krap")),
        *(("cock", "çok kok"), ("casino", "das Kasino ist zu"), ("cum", "kum"), ("cut", "kut")),
        *(("can't", "kant"), ("cunt", "count"), ("acne", "akne"), ("cent", "kent")),
        *(("дом", "dom"), ("whore", "who\u00b4re"), ("hell", "he\u02bcll")),
        *(("क्यान", "क्या न"), ("कमी", "क मीटर"), ("пот", "п о том"), ("got", "göt")),
    ],
)
def test_what_stands_beside_letters_makes_no_other_word_of_them(entry: str, text: str) -> None:
    assert not met(entry, text)


def test_one_letter_tells_a_word_only_where_a_list_has_few_that_it_may_be() -> None:
    rude, more = ("fuck", "fart"), ("fire", "fill", "fine")
    assert set(Words(rude).met(Spelt.of("go f*** yourself"))) == set(rude)
    assert not Words(rude + more).met(Spelt.of("go f*** yourself"))


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        *(
            ("pill* here", "get pills here"),
            ("pill* here", "a pill-here"),
            ("go * home", "GO back home!"),
        ),
        *(
            ("cheap *watch*", "cheap smartwatches"),
            ("рол* даром", "роллекс, даром"),
            ("gr*t * yours", "great is yours"),
        ),
        *(
            ("s* off", "s*** off, sod-off"),
            ("* crypto *", "crypto"),
            ("* crypto", "Crypto!"),
            ("win * *", "I win"),
        ),
    ],
)
def test_a_star_beside_a_blank_is_within_its_word(entry: str, text: str) -> None:
    assert met(entry, text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        *(("pill* here", "pillshere"), ("pill* here", "pills are here"), ("go * home", "go home")),
        *(
            ("go * home", "go back to home"),
            ("cheap *watch", "cheap watches"),
            ("* crypto *", "cryptos"),
        ),
    ],
)
def test_a_star_beside_a_blank_is_no_more_than_its_word(entry: str, text: str) -> None:
    assert not met(entry, text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        *(
            ("козёл", "козе\u0301л"),
            ("мука", "му\u0301ка и мука\u0301"),
            ("бре\u0301хня", "брехня"),
        ),
        *(("дъжд", "дъжд"), ("ѝ", "и"), ("невѣжа", "невѣжа"), ("свиня", "свиня\u0300")),
    ],
)
def test_a_stress_over_a_letter_of_cyrillic_is_no_part_of_it(entry: str, text: str) -> None:
    assert met(entry, text)
    assert not met("мои", "мой")


def test_an_entry_is_not_met_half_in_the_name_and_half_in_the_body() -> None:
    assert met("buy now", "Ann", "buy now")
    assert not met("buy now", "Ann Buy", "now or never")


@pytest.mark.parametrize(
    "entry",
    [
        "*",
        "* *",
        "**",
        "\u0301",
        "*\u20e3*",
        "\u200b",
        "\u00ad\u200d",
        "\u3164",
        "*a*",
        "* *a",
        "e*",
        ".",
        ",*",
        "…",
        "。",
        "?",
    ],
)
def test_an_entry_that_would_be_met_nowhere_or_everywhere_is_refused(entry: str) -> None:
    with pytest.raises(Refused):
        read_word(entry)


def test_a_normal_form_is_its_own_normal_form() -> None:
    for text in ("vіаgrа", "🅵🆁🅴🅴", "İSTANBUL", "№ 5", "ｶｼﾞﾉ", "v̷i̷a̷", "ﬁne", "ẞ", "🇺🇸", "кaзинo"):
        assert normal_form(normal_form(text)) == normal_form(text)


def test_all_entries_are_told_each_once() -> None:
    words = Words(map(read_word, ["casino", "casino royale", "royal*", "👍"]))
    found = words.met(Spelt.of("Casino Royale, casino royale 👍👍"))
    assert sorted(found) == ["casino", "casino royale", "royal*", "👍"]


@pytest.fixture(scope="module")
def thousands() -> Words:
    """Tens of thousands of entries, made ready once."""
    entries = [f"{a}{b}{c}" for a in "abcdefghij" for b in range(60) for c in range(60)]
    words = Words([*entries, *(f"*{each}*" for each in entries[::40]), "v*a", "a*b*c"])
    words.met(Spelt.of("made ready"))
    return words


@pytest.mark.parametrize(
    "piece",
    [
        "aбc",
        "a",
        "a ",
        "спам ",
        "e\u0301\u0302",
        "博",
        "via",
        "🅰",
        "*",
        "a1",
        "$a ",
        "aaa ",
        "a. ",
        "a*",
        "a*a ",
        "a-",
        "क ",
        "바ㅋ",
        "바1",
        "女、",
        "#Aa",
        "aα ",
    ],
)
def test_tens_of_thousands_of_entries_take_linear_time(thousands: Words, piece: str) -> None:
    began = time.process_time()
    thousands.met(Spelt.of(piece * (20_000 // len(piece))))
    assert time.process_time() - began < 2
