"""Builds the conditions of a listing from fixed pieces, every value a parameter.

Each combination of filters gets a statement and so a plan of its own; an `or $1 is null` would
keep the planner from the right index.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.domain.searching import is_findable, named, terms


@dataclass(slots=True)
class Where:
    """Collects conditions and their parameters; two that share `values` are of one statement."""

    values: list[object] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)

    def value(self, value: object) -> str:
        """Keep a parameter and return its placeholder."""
        self.values.append(value)
        return f"${len(self.values)}"

    def add(self, condition: str, *values: object) -> None:
        """Add a condition whose `{}` stand for values."""
        self.conditions.append(condition.format(*map(self.value, values)))

    def __str__(self) -> str:
        return " and ".join(self.conditions)


def search(where: Where, text: str, row: str, *, by_index: bool = True) -> None:
    """Add that a comment has every word and quoted phrase of a text, as one sees them.

    Or that the text is its id, the website's own id of it, or a link to it. The operator has the
    planner take the index of words; the function that is behind it says the same of each row.
    """
    asked = "search_query(search_form({}))"
    found = f"{row}.found_by @@ {asked}" if by_index else f"ts_match_vq({row}.found_by, {asked})"
    words = [found.format(where.value(term)) for term in terms(text) if is_findable(term)]
    if words:
        _add_either(where, words, text, row)


def recheck(where: Where, text: str, row: str) -> None:
    """Add what the index cannot tell: that words of a phrase stand beside each other."""
    stands = (
        f"' ' || search_form({row}.name || ' ' || {row}.body) like '% ' || search_form({{}}) || '%'"
    )
    has = f"({row}.body ilike {{0}} or {row}.name ilike {{0}})"
    words = [
        stands.format(where.value(term))
        if is_findable(term)
        else has.format(where.value(like(term)))
        for term in terms(text)
    ]
    if words:
        _add_either(where, words, text, row)


def _add_either(where: Where, words: Sequence[str], text: str, row: str) -> None:
    """Add that a comment has all the words, or that the text names it."""
    together, ids = " and ".join(words), _ids(where, text)
    where.conditions.append(f"({together} or {row}.id = any({ids}))" if ids else together)


def _ids(where: Where, text: str) -> str | None:
    """Return the ids that a text may mean, as an array that is made once before a plan runs.

    Each site's are one look into the index of its own ids; which sites one may see is a condition
    of its own.
    """
    meant = named(text)
    if meant is None:
        return None
    own = (
        "array(select e.id from site join comment e on e.site_id = site.id"
        f" and e.external_id = {where.value(meant.external_id)}::text)"
    )
    return f"{own} || {where.value(meant.id)}::uuid" if meant.id else own


def like(search: str) -> str:
    """Return the LIKE pattern of a text anywhere, in which nothing is a wildcard."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
