"""Links as they were meant: dots as signs or words, blanks between, letters that imitate."""

import html
import re
import unicodedata
from typing import Final

from classifier.text.lookalikes import FANCY
from service.domain.characters import visible
from service.domain.normal_form import TO_LATIN
from service.domain.odd_dots import dots_of_words, with_plain_dots

_SHOPS: Final = (
    "shop|store|online|site|website|space|top|xyz|club|vip|win|bet|casino|poker|icu|buzz|click"
    "|link|live|life|world|fun|pro|app|dev|cam|cash|loans?|xxx|porn|sex|sbs|cfd|cyou|lol|tech"
    "|cloud|today|digital|agency|trade|bid|stream|download|monster|quest|rest"
)
"""Endings that are words as well, of which those who sell by comments have most."""

SHOPS: Final = frozenset(_SHOPS.replace("?", "").split("|")) | {"loan"}
_DOT: Final = r"(?:\.|d[o0]t|punkt|punto|ponto|point|точка|点)"
_IN_BRACKETS: Final = re.compile(
    rf"(?<=\w) ?(?:\[ ?{_DOT} ?\]|\( ?{_DOT} ?\)|\{{ ?{_DOT} ?\}}|< ?{_DOT} ?>"
    r"|<(\w{1,8})>\.</\1>) ?(?=\w)",
    re.IGNORECASE,
)
_BRACKET: Final = re.compile(rf"[\[({{<] ?(?:{_DOT}|\w{{1,8}}>\.<)", re.IGNORECASE)
# As markup and addresses have it: a backslash before, emphasis that ends before, in hexadecimal.
_ENCODED: Final = re.compile(
    r"(?<=\w)(?:\\?[*~`]{1,3}\.[*~`]{0,3}|\.[*~`]{1,3}|\\\."
    r"|(?:%(?:25){0,3}|\\x|\\u00|=)2e|%(?:e3%80%82|ef%bc%8e))(?=\w)",
    re.IGNORECASE,
)
# Tags and remarks beside a dot draw nothing, and none ends a line.
_TAGS: Final = (
    r"(?:<!--[^<>]{0,80}-->|</?(?:a|b|i|u|s|em|strong|span|font|code|mark|sup|sub|tt|wbr)"
    r"(?:\s[^<>]{0,80})?/?>){1,4}"
)
_BBCODE: Final = r"(?:\[/?(?:b|i|u|s|em|strong|color|size|font|code)(?:=[^\[\]]{0,40})?\]){1,4}"
_IN_BBCODE: Final = re.compile(
    rf"(?<=\w)(?:{_BBCODE}\.(?:{_BBCODE})?|\.{_BBCODE})(?=\w)", re.IGNORECASE
)
_DRESSED: Final = re.compile(rf"(?<=\w)(?:{_TAGS}\.(?:{_TAGS})?|\.{_TAGS})(?=\w)", re.IGNORECASE)
# One bracket, a bullet, or a blank before or behind the dot, where the ending is plain.
_ASKEW: Final = re.compile(
    rf"(?<=\w)(?:[\[({{]\.|\.[\])}}])(?=(?:com|net|org|info|ru|biz|{_SHOPS})\b)"
    r"|(?<=\w)\u2022(?=(?:com|net|org|info|ru|biz)\b)"
    rf"|(?<=\w)\s\.(?=(?:com|org|info|biz|{_SHOPS})(?:/\w|\s*$|\s*[,;!?)\n]))"
    r"|(?<=\w)\. (?=com(?:/\w|\s*$))",
    re.IGNORECASE,
)
# Between letters of the scripts that they end sentences or part words in they are no dots.
_FULL_STOPS: Final = "[\u3002\uff61\u00b7\u30fb\u2027\u06d4\u2219\u22c5\u2e31\u16eb]"
_OTHER_DOTS: Final = re.compile(rf"(?<=[\x00-\x7f]){_FULL_STOPS}|{_FULL_STOPS}(?=[\x00-\x7f])")
_WWW: Final = re.compile(r"\bwww ?[.,] ?([\w-]{1,63}) ?[.,] ?(?=[a-z]{2,24}\b)", re.IGNORECASE)
_WWW_BLANK: Final = re.compile(r"\bwww ([\w-]{1,63}) (?=(?:com|net|org|info)\b)", re.IGNORECASE)
_SCHEME: Final = re.compile(
    r"\bh ?[tx*!-] ?[tx*!-] ?p ?s? ?[\[(]?:[\])]? ?/ ?/ ?(?=\w)", re.IGNORECASE
)
_ODD_SCHEMES: Final = (": /", "/ /", ":]//", ":)//", "**p", "!!p", "--p")
_BLANKS: Final = re.compile(
    rf" \. (?=(?:com|net|org|info|{_SHOPS})(?:\s*$|\s*[/,;!?)\n]))| \. ([a-z]{{2,6}}) ?/ ?(?=\w)"
)
_ENDING: Final = re.compile(r" ?\. ?(c o m|n e t|o r g)\b", re.IGNORECASE)
_PAUSE: Final = r"[\s_,*|/~=+\"'\u2013\u2014-]{1,3}"
# In words, where nobody takes the ending for another word of the sentence.
_IN_WORDS: Final = re.compile(
    rf"(?<=\w)(?:{_PAUSE}d[o0]t{_PAUSE}(?=(?:(?:me|ly|gg|gl|io)(?=/\w)|com|net|org|info|io|gg|ly|biz|ru|eu|de|tk|cc|uk"
    rf"|(?:co|com|org|net)(?=[\s_-]d[o0]t\b)|{_SHOPS})\b)"
    r"|[ _-](?:punkt (?=(?:com|net|org|de|at|ch|shop|xyz|vip|icu)\b)"
    r"|(?:punto|ponto|point|nokta|kropka|chấm|titik|tuldok) (?=(?:com|net|org|shop|xyz|vip|icu)\b)"
    r"|(?:te[cč]ka (?=cz)|bodka (?=sk)|pont (?=hu)|punt (?=nl|be)|piste (?=fi)"
    r"|punktum (?=dk)|chấm (?=vn))\b"
    r"|точка (?=(?:ru|com|рф|shop|xyz)\b)|点 ?(?=(?:com|cn|net)\b)))"
    r"(?!\w+[ -](?:bubble|boom|bust|crash|era|compan|stock|burst|startup|craze|mania|days|years))",
    re.IGNORECASE,
)
_GLUED: Final = re.compile(
    rf"(?<=[a-z0-9])(?: ?D[O0]T ?|Dot)(?=(?i:com|net|org|info|io|gg|ru|biz|co\.|{_SHOPS})\b)"
    r"|(?<=[a-z0-9]{2})dot(?=com\b)"
)
_DOTS: Final = (
    *("dot", "d0t", "punkt", "punto", "ponto", "point", "nokta", "kropka", "точка", "点"),
    *("chấm", "titik", "tuldok", "tečka", "tecka", "bodka", "pont", "punt", "piste"),
)
_PLAIN_ENDING: Final = re.compile(
    rf"(?:\.[ \])}}]?|\u2022)(?:com|net|org|info|ru|biz|(?<!\w.)(?:{_SHOPS}))\b"
)
_LAST_WORD: Final = re.compile(r"\w{1,63}$")
_NO_NAMES: Final = frozenset(
    (
        *("the", "a", "an", "this", "that", "these", "those", "any", "every", "each", "of", "in"),
        *("on", "or", "and", "pre", "post", "old", "big", "former", "early", "late", "my", "your"),
        *("our", "his", "her", "its", "their", "no", "with", "as", "for", "to", "new"),
        *("non", "anti", "mega", "ultra", "failed", "defunct"),
        # What is a dot itself: `Echo Dot online`, `a polka dot shop`.
        *("echo", "polka", "red", "blue", "green", "yellow", "black", "white", "pink", "orange"),
        *("grey", "gray", "golden", "quantum", "laser", "tiny", "small", "single", "one", "last"),
        *("first", "second", "next", "another", "missing", "little", "pale", "micro", "than"),
        *("empresa", "empresas", "burbuja", "bolha", "era"),  # of punto com, ponto com
    )
)
_MIXED: Final = re.compile("[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]", re.IGNORECASE)
_FANCY: Final = re.compile("[\u0262-\u029f\u1d00-\u1d7f\ua730-\ua7ff\U0001f130-\U0001f189]+")
_CHUNK: Final = re.compile(r"\S+")


def undisguised(text: str) -> str:
    """Return the text with each disguised link as it is usually written."""
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _in_plain_letters(visible(text)))
        text = dots_of_words(_OTHER_DOTS.sub(".", text))
        if _MIXED.search(text):
            text = _CHUNK.sub(_in_latin, text)
    text = _undressed(text)
    lowered = text.lower()
    text = with_plain_dots(_pulled_together(text, lowered), lowered)
    if not any(map(lowered.__contains__, _DOTS)):
        return text
    return _GLUED.sub(_dot_between, _IN_WORDS.sub(_dot_between, text))


def _in_plain_letters(text: str) -> str:
    """Return a text with letters for small capitals and those in squares; flags stay flags."""
    return _FANCY.sub(lambda match: match[0].translate(FANCY), text)


def _undressed(text: str) -> str:
    """Return a text without what stands around its dots: tags, brackets, signs of markup."""
    if "<" in text:
        text = _DRESSED.sub(".", text)
    if any(sign in text for sign in "[({<") and _BRACKET.search(text):
        text = _IN_BRACKETS.sub(".", text)
    if "[" in text and "]" in text:
        text = _IN_BBCODE.sub(".", text)
    if any(sign in text for sign in "\\*~`%="):
        text = _ENCODED.sub(".", text)
    return text


def _pulled_together(text: str, lowered: str) -> str:
    """Return a text without the blanks, and the odd signs, within its links."""
    if "www" in lowered:
        text = _WWW_BLANK.sub(r"www.\1.", _WWW.sub(r"www.\1.", text))
    if any(end in lowered for end in (" o m", " e t", " r g")):
        text = _ENDING.sub(_joined, text)
    if _PLAIN_ENDING.search(lowered):
        text = _ASKEW.sub(_dot_between, text)
    if " ." in text:
        text = _BLANKS.sub(lambda match: f".{match[1]}/" if match[1] else ".", text)
    if "/" in text and any(map(lowered.__contains__, _ODD_SCHEMES)):
        text = _SCHEME.sub("http://", text)
    return text


def _in_latin(match: re.Match[str]) -> str:
    """Return a chunk that is half in another alphabet in Latin letters."""
    chunk = match[0]
    return chunk.translate(TO_LATIN) if _MIXED.search(chunk) else chunk


def _joined(match: re.Match[str]) -> str:
    return "." + match[1].replace(" ", "")


def _dot_between(match: re.Match[str]) -> str:
    """Return a dot, unless what stands before it can be no name: `the dot com bubble`."""
    name = _LAST_WORD.search(match.string, max(0, match.start() - 63), match.start())
    return match[0] if name is None or name[0].lower() in _NO_NAMES else "."
