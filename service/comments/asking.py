"""Asks the encoder about those that come together, before anything else is looked up.

A comment that it has no time for is decided by words at once, instead of when it has waited; and
what it says of the others is under way while the database is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from service.comments.incoming import Doubtful, Incoming, Kept
from service.models.assessing import ask_encoder
from service.models.scoring import Scoring
from service.models.second_opinion import Opinion


class Asking:
    """The opinions on one batch's comments that were asked for, by place, or None without time."""

    def __init__(self, scoring: Scoring) -> None:
        self._scoring: Final = scoring
        self._opinions: Final[dict[int, Opinion | None]] = {}

    def without_time(
        self, incoming: Sequence[Incoming], kept: Sequence[Kept]
    ) -> list[tuple[int, Doubtful]]:
        """Return those that the encoder has no time for; about new ones it is asked now.

        Those that words leave in doubt come first.
        """
        doubtful = [(place, made) for place, made in enumerate(kept) if isinstance(made, Doubtful)]
        new = (each for each in doubtful if each[0] not in self._opinions)
        for place, made in sorted(new, key=lambda each: not each[1].assessed.is_in_doubt):
            one = incoming[place]
            self._opinions[place] = ask_encoder(
                self._scoring, one.draft.body, made.assessed, site_id=one.site_id
            )
        return [(place, made) for place, made in doubtful if self._opinions[place] is None]

    def handed_on(self, kept: Iterable[Kept]) -> list[Kept]:
        """Return what was kept, with the opinions that those still in doubt are to wait for."""
        return [
            replace(made, opinion=self._opinions.pop(place))
            if isinstance(made, Doubtful) and place in self._opinions
            else made
            for place, made in enumerate(kept)
        ]

    def end(self) -> None:
        """Ask no more about those whose opinions were not handed on: they are decided."""
        for opinion in filter(None, self._opinions.values()):
            opinion.cancel()
