"""The charsets that a form may be in besides UTF-8, under whatever name they come."""

from encodings import normalize_encoding
from encodings.aliases import aliases
from typing import Final

_LONGEST: Final = 40
_ISO: Final = frozenset(f"iso-8859-{part}" for part in (1, 2, 5, 7, 8, 9, 15))
_WINDOWS: Final = frozenset(f"windows-{page}" for page in range(1250, 1257))
_ASIAN: Final = frozenset({"gbk", "gb18030", "gb2312", "big5", "shift_jis", "euc-jp", "euc-kr"})


def _codec(name: str) -> str:
    """Return Python's own name of a charset, known or not.

    Not by `codecs.lookup`, which never forgets a name that it was asked for.
    """
    normal = normalize_encoding(name.strip()[:_LONGEST]).lower()
    return aliases.get(normal, normal)


_KNOWN: Final = frozenset(map(_codec, _ISO | _WINDOWS | _ASIAN | {"koi8-r", "koi8-u"}))


def known_charset(name: str) -> str | None:
    """Return the codec of a charset such as `latin1` or `CP1251`; None if it is not of ours."""
    codec = _codec(name)
    return codec if codec in _KNOWN else None
