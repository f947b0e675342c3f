"""Remembers what a function says of words, so that what comes often is not read anew.

Scripts without blanks, and whoever wants memory to run full, write words as long as a comment: what
is longer than words are is read each time, so that what is remembered stays small.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

LONGEST_KEPT: Final = 64
"""Characters of what is remembered; links and ciphers are longer, words are not."""

_Rest = ParamSpec("_Rest")
_Said = TypeVar("_Said")
_OfText = Callable[Concatenate[str, _Rest], _Said]


def remembered(most: int) -> Callable[[_OfText[_Rest, _Said]], _OfText[_Rest, _Said]]:
    """Have a function of a text remember its newest `most` answers, of texts that are short.

    Its further arguments are hashable; what it returns is not changed by anybody.
    """

    def remember(function: _OfText[_Rest, _Said]) -> _OfText[_Rest, _Said]:
        kept: Callable[..., _Said] = lru_cache(most)(function)

        @wraps(function)
        def said(text: str, /, *args: _Rest.args, **kwargs: _Rest.kwargs) -> _Said:
            if len(text) > LONGEST_KEPT:
                return function(text, *args, **kwargs)
            return kept(text, *args, **kwargs)

        return said

    return remember


def remembered_of_each(
    most: int,
) -> Callable[[Callable[[str], _Said]], Callable[[Iterable[str]], list[_Said]]]:
    """Have a function of a word become one of words, which is remembered as `remembered` does."""

    def remember(function: Callable[[str], _Said]) -> Callable[[Iterable[str]], list[_Said]]:
        kept = lru_cache(most)(function)

        @wraps(function)
        def said(words: Iterable[str], /) -> list[_Said]:
            words = list(words)
            if max(map(len, words), default=0) <= LONGEST_KEPT:
                return list(map(kept, words))
            return [function(each) if len(each) > LONGEST_KEPT else kept(each) for each in words]

        return said

    return remember
