"""What the compatibility APIs share: their use cases, the site's quota, its figures."""

from dataclasses import dataclass
from typing import Final

from service.accounts import throttle
from service.accounts.secrets import Secrets
from service.comments.word_lists import WordLists
from service.compat.akismet.use_cases import Akismet
from service.compat.figures import CompatFigures
from service.compat.perspective.use_cases import Perspective
from service.db.pool import Pool
from service.domain.accounts import Site
from service.web.parts import Parts

MAX_COMPAT_BYTES: Final = 512 * 1024
"""Clients send articles, and everything that a form had, along with a comment."""
_SECONDS: Final = 60
_USED_UP: Final = "This site's checks of this minute are used up"


@dataclass(frozen=True, slots=True)
class CompatApis:
    """The compatibility APIs of one process."""

    pool: Pool
    secrets: Secrets
    word_lists: WordLists
    figures: CompatFigures
    perspective: Perspective
    akismet: Akismet

    async def take(self, site: Site) -> None:
        """Count one check against the site's quota, if it has one.

        Raises:
            TooMany: it has had as many in this minute.
        """
        most = site.settings.checks_per_minute
        if most is not None:
            source = self.secrets.source("checks", site.id.hex)
            await throttle.count(self.pool, source, throttle.Limit(most, _SECONDS, _USED_UP))


@dataclass(frozen=True, slots=True)
class AllParts(Parts):
    """Everything that serves requests in one process; what is below knows the rest as `Parts`."""

    apis: CompatApis
