"""What a text is dressed in, and shows nothing of: tags of HTML and BBCode, Markdown's links.

An address that is pulled apart by it is read by people as one; see `spelling`.
"""

import re
from typing import Final

# Of everything a bounded stretch, and what was once passed over is not gone back to (`*+`): linear.
_ATTRIBUTES: Final = r"""(?:[^<>"']|"[^"]{0,1000}+"|'[^']{0,1000}+'){0,1000}+"""
_HTML: Final = (
    r"<!--(?:(?!-->).){0,500}+-->"
    r"|<(?P<unseen>style|script|rt|rp)\b[^<>]{0,200}+>[^<]{0,500}+</(?P=unseen)\s?>"
    rf"|</?[a-z][\w:-]{{0,40}}+(?:[\s/]{_ATTRIBUTES})?+>"
)
_TARGET: Final = r"\((?:[^()\n]|\([^()\n]{0,200}+\)){0,1000}+\)"
_MARKDOWN: Final = (
    rf"!\[[^\[\]\n]{{0,200}}+\]{_TARGET}"
    rf"|\]{_TARGET}"
    r"|\]\[[^\[\]\n]{0,80}+\]"
    r"|\[\^[^\[\]\s]{1,40}+\]"
    r"|\[[0-9]{1,4}+\]"
)
_SIGN_IN_BRACKETS: Final = r"(?!\s?(?:at|dot|ät|a|ä|punkt|punto|point|ponto|plus)\s?[\]}])"
_BBCODE: Final = (
    r"\[img\b[^\[\]\n]{0,200}+\][^\[\]\n]{0,1000}+\[/img\]"
    rf"|\[{_SIGN_IN_BRACKETS}/?[a-z*][\w-]{{0,20}}+(?:[\s=][^\[\]\n]{{0,1000}}+)?+\](?![(\[])"
    rf"|\{{{_SIGN_IN_BRACKETS}/?[a-z]{{1,10}}+\}}"
    r"|\\[a-z]{2,12}+(?=\{)"
)
_FLAGS: Final = re.IGNORECASE | re.DOTALL
_DRESS: Final = f"{_HTML}|{_MARKDOWN}|{_BBCODE}"
_REMARK: Final = r"\((?!\s?(?:at|dot|a|ä)\s?\))[^()\n]{1,60}+\)|:[a-z0-9_+-]{1,40}+:"

MARKUP: Final = re.compile(_DRESS, _FLAGS)
"""What draws nothing itself."""

MARKUP_AND_REMARKS: Final = re.compile(f"{_DRESS}|{_REMARK}", _FLAGS)
"""With what is drawn, but not meant: `(remove this)`, `:smile:`."""

MAY_HAVE_MARKUP: Final = re.compile(r"[<\[({:\\]")
"""Quick to see, and most texts have none."""
