"""What a website gets of a comment that it posts or edits."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.shown import Answer


@dataclass(frozen=True, slots=True)
class Posted(Answer):
    """A comment with its verdict; `ignored` names the fields that were sent and count not."""

    ignored: Sequence[str] = ()


def posted(answer: Answer, ignored: Sequence[str]) -> Posted:
    """Return a comment with the fields of the request that count not."""
    told = {name: getattr(answer, name) for name in Answer.__slots__}
    return Posted(**told, ignored=ignored)
