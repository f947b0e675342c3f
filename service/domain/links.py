"""Links as a reader meets them: things to follow, however they are spelt.

An address with a scheme, a domain with a real ending, a link in HTML, BBCode or Markdown is one
each, with all that is in it. E-mail addresses, names of files and version numbers are none.
"""

import re
from typing import Final

from service.domain.bare_domains import domains_in
from service.domain.characters import MARKS
from service.domain.disguised_links import undisguised

# A class first, so that a text is searched for it at once.
_WORTH_A_LOOK: Final = re.compile(
    rf"[.:<\[](?:(?<=[\w{MARKS}]\.)\w|(?<=:)[/?\w+]|(?<=<)a|(?<=\[)(?:url|link)\b)", re.IGNORECASE
)
_END: Final = r"\s<>\"“”„«»"
# A list of addresses without blanks is one of several links, and so are two that touch.
_NEXT: Final = (
    r"[,;|]+(?:(?:[a-z]{2,10}:)?//|www\.|[a-z0-9-]{1,63}\.(?:com|net|org|info|ru|ly|me|gg|gl|co)/)"
)
_REST: Final = rf"(?: (?!{_NEXT}) [^{_END}] ){{0,2048}}"
_TOUCHING: Final = re.compile(r"(?<=[\w)])(?=https?://\w)|(?<=\))(?=\(https?://\w)", re.IGNORECASE)
_LATIN: Final = "\u00df-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff"
"""Letters that a word goes on with, of which no ending of Latin letters is the beginning."""

_IN_LABEL: Final = rf"[\w{MARKS}-]"
"""Of a host's name; in words of India's languages marks are as usual as letters."""

# Of schemes that are words as well what follows tells a link: `tel:none`, `the data:see above`.
_NAMED: Final = r"""
    magnet:\? | (?:skype|whatsapp|tg|viber|vbscript|facetime|callto|ed2k|xmpp|sip):(?=[\w+/]\S)
    | (?:tel|sms):(?=\+?\d\S) | data:(?=[a-z]{1,20}/[\w.+-]{1,80}[,;])
    | javascript:(?=[^\s(=;]{0,80}[(=;]) | intent:(?=\S{0,80}\#intent;)
    | (?:bitcoin|ethereum|litecoin|monero|dogecoin):(?=[a-z]{0,40}\d{1,40}[a-z])
"""

# What is in a link belongs to it. Every stretch is bounded, so that time is linear in the text.
_LINK: Final = re.compile(
    rf"""
      (?P<html> <a\b [^>]{{0,2048}} > (?:(?!</a) .){{0,300}} </a> | <a\s )
    | (?P<bbcode> \[(?P<tag>url|link)\b [^\]]{{0,2048}} \] (?:(?!\[/) .){{0,300}} \[/(?P=tag)\]
        | \[url\b )
    | \[ [^\[\]]{{0,300}} \]\( \s? (?P<markdown> [^)\s]{{1,2048}} ) [^)]{{0,100}} \)
    | (?P<scheme> (?<![a-z0-9]) [a-z][a-z0-9+-]{{1,31}} :/{{2,3}}
        (?=[^{_END}/]{{0,3}}[\w{MARKS}]) [^{_END}/] {_REST} )
    | (?P<relative> (?<![\w:/]) // {_IN_LABEL}{{1,63}} (?:\.{_IN_LABEL}{{1,63}}){{1,8}} / {_REST} )
    | (?P<named> (?<![\w.:-]) (?:{_NAMED}) [^{_END}]{{1,2048}} )
    | (?P<number> (?<![\w.]) \d{{1,3}}(?:\.\d{{1,3}}){{3}} (?::\d{{2,5}})?
        / [a-z] [^{_END}]{{0,2048}} )
    | (?P<www> (?<![\w@.-]) www\. [\w-] {_REST} )
    | (?<![a-z0-9@]) (?<![a-z0-9@][._+~-]) (?P<host> (?:{_IN_LABEL}{{1,63}}\.){{1,8}}
        (?P<ending> xn--[a-z0-9-]{{2,59}} | [a-z]{{2,24}}(?![a-z0-9{_LATIN}-]|_[^\W_])
            | (?=[^\x00-\x7f]) (?:[^\W\d_]|[{MARKS}]){{2,24}} ) )
      (?P<after> @ | \( | (?::\d{{2,5}})? (?:[/?\#\\]{_REST})? )
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def links_in(text: str) -> int:
    """How many links a text has, as far as the rules count them."""
    seen = undisguised(text)
    if not _WORTH_A_LOOK.search(seen):
        return 0
    if "://" in seen:
        seen = _TOUCHING.sub(" ", seen)
    found = list(_LINK.finditer(seen))
    hosts = [match for match in found if match["host"] is not None]
    return len(found) - len(hosts) + domains_in(seen, hosts)
