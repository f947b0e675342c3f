"""Builds the conditions of a listing from fixed pieces, every value a parameter.

Each combination of filters gets a statement and so a plan of its own; an `or $1 is null` would
keep the planner from the right index.
"""

from dataclasses import dataclass, field

from service.domain.searching import is_findable, terms


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


def search(where: Where, text: str, row: str) -> None:
    """Add that a comment has every word and quoted phrase of a text, as one sees them."""
    for term in terms(text):
        if is_findable(term):
            where.add(f"{row}.found_by @@ search_query(search_form({{}}))", term)


def recheck(where: Where, text: str, row: str) -> None:
    """Add what the index cannot tell: that words of a phrase stand beside each other."""
    seen = f"' ' || search_form({row}.name || ' ' || {row}.body)"
    for term in terms(text):
        if is_findable(term):
            where.add(f"{seen} like '% ' || search_form({{}}) || '%'", term)
        else:
            where.add(f"({row}.body ilike {{0}} or {row}.name ilike {{0}})", like(term))


def like(search: str) -> str:
    """Return the LIKE pattern of a text anywhere, in which nothing is a wildcard."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
