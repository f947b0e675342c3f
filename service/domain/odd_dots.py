"""What stands in the place of a link's dot where no domain has it: signs, quotes, other words.

`com` is a word of Portuguese, so nothing but a path or the text's end may follow most of these.
"""

import re
from typing import Final

_AT_AN_END: Final = r"(?:/\w|[\s.!?)]*$)"
_SIGN: Final = (
    "\u00b0\u00b8\u201a\u2022\u2218\u2219\u25a0-\u25ff\u2600-\u27bf\u3001\ua78f"
    "\U0001f300-\U0001faff"
)
_SIGN_FOR_A_DOT: Final = re.compile(
    rf"[{_SIGN}](?<=[a-z0-9].)(?=(?:com|net|org|ru|xyz){_AT_AN_END})"
    rf"|,(?<=[a-z],)(?=(?:com|ru){_AT_AN_END})",
    re.IGNORECASE,
)
_SHORTENERS: Final = re.compile(
    rf"(?<![\w'\u2019])(t|wa|bit|cutt|youtu|discord|goo)[ ,~|'{_SIGN}](?=(?:me|ly|be|gg|gl)/\w)",
    re.IGNORECASE,
)
_SHORT_ENDINGS: Final = ("me/", "ly/", "be/", "gg/", "gl/")
_INVITED: Final = re.compile(
    r"\b((?:visit|go to|check out) (?!th[aeio])[\w-]{3,40}),(?=com\b)", re.IGNORECASE
)
_SLASH: Final = re.compile(r"\b(me|ly|gg|gl|com|ru) slash (?=\w)", re.IGNORECASE)
_WITH_DIGITS: Final = re.compile(r"\.(c0m|n3t|0rg)\b", re.IGNORECASE)
_LETTERS: Final = str.maketrans("03", "oe")
_PLAIN: Final = "(?:com|net|org|info|ru|biz|xyz)"
# Quotes or brackets around the dot, the ending or the name.
_QUOTED: Final = re.compile(
    rf"[\"'|\u2018-\u201d\u00ab\u2039_](?<=\w.)\.[\"'|\u2018-\u201d\u00bb\u203a_](?={_PLAIN}\b)"
    rf"|\.(?<=\w.)[(\[{{<](?={_PLAIN}[)\]}}>])"
    rf"|[)\]}}\"'\u201d\u00bb](?<=\w.)\.(?=(?:com|org|ru|biz)(?:/\w|\s*$|\s*[,;!?)\n]))",
    re.IGNORECASE,
)
_BESIDE_A_SIGN: Final = re.compile(rf"[^\w\s]{_PLAIN}\b")
_ALL: Final = "(?:com|net|org|info|ru|biz|xyz|shop|top|vip|online|site)"
_WORDS: Final = (
    "ドット",
    "닷",
    "डॉट",
    "ดอท",
    "จุด",
    "نقطة",
    "نقطه",
    "دوت",
    "נקודה",
    "דוט",
    "точка",
    "тчк",
    "点",
    "點",
)
_IN_OTHER_WORDS: Final = re.compile(
    rf" ?(?:{'|'.join(_WORDS[:-2])}|(?<=[a-z0-9])[点點]) ?(?={_ALL}(?![a-z0-9]))", re.IGNORECASE
)
_RUSSIAN: Final = "\u0440\u0443"
_IN_RUSSIAN: Final = re.compile(
    rf"(?<=\w) ?[(\[{{]? ?(?:точка|тчк) ?[)\]}}]? ?(?:({_RUSSIAN})|ком)\b", re.IGNORECASE
)


def dots_of_words(text: str) -> str:
    """Return a text with a dot for a word of another script that means one: `evilドットcom`."""
    if not any(map(text.__contains__, _WORDS)):
        return text
    text = _IN_RUSSIAN.sub(lambda match: ".ru" if match[1] else ".com", text)
    return _IN_OTHER_WORDS.sub(".", text)


def with_plain_dots(text: str, lowered: str) -> str:
    """Return a text with a dot for each sign, or pair of quotes, in the place of a link's dot."""
    if "/" in lowered and any(map(lowered.__contains__, _SHORT_ENDINGS)):
        text = _SHORTENERS.sub(r"\1.", text)
    if ",com" in lowered:
        text = _INVITED.sub(r"\1.", text)
    if " slash " in lowered:
        text = _SLASH.sub(r"\1/", text)
    if ".c0m" in lowered or ".n3t" in lowered or ".0rg" in lowered:
        text = _WITH_DIGITS.sub(lambda match: match[0].lower().translate(_LETTERS), text)
    if _BESIDE_A_SIGN.search(lowered):
        text = _QUOTED.sub(".", _SIGN_FOR_A_DOT.sub(".", text))
    return text
