"""What a website gets of a comment that it posts or edits."""

from collections.abc import Sequence

from msgspec import structs

from service.domain.shown import Answer


class Posted(Answer, frozen=True):
    """A comment with its verdict; `ignored` names the fields that were sent and count not."""

    ignored: Sequence[str] = ()


def posted(answer: Answer, ignored: Sequence[str]) -> Posted:
    """Return a comment with the fields of the request that count not."""
    return Posted(**structs.asdict(answer), ignored=ignored)
