"""Under which names the service records what it does of its own accord."""

from typing import Final

LEARNT: Final = "learn"
"""A step that it took by what a site had taught it."""

SHIPPED: Final = "shipped"
"""The release's own version was added, or took over from one that cannot be read."""

ADAPTATION: Final = "an adaptation"
"""Bands were set back as an adaptation scores from now on that no person switched on."""

VERSION: Final = "a model version"
"""The same where another version became active."""

ITSELF: Final = frozenset({LEARNT, SHIPPED, ADAPTATION, VERSION})
"""All of them; nobody else is called so."""
