"""Which role groups give: the highest one, for all the sites that any of them gives it for."""

import pytest

from service.domain.claimed_roles import Grant, granted, read_grants

TABLE = read_grants("sports=moderator:first; news = moderator:other,first;all=moderator;it=admin; ")


@pytest.mark.parametrize(
    ("groups", "grant"),
    [
        (["sports"], Grant("moderator", frozenset({"first"}))),
        (["sports", "news"], Grant("moderator", frozenset({"first", "other"}))),
        (["sports", "all"], Grant("moderator")),
        (["it", "sports"], Grant("admin")),
        (["IT", ""], None),
    ],
)
def test_the_highest_role_of_all_groups_counts(groups: list[str], grant: Grant | None) -> None:
    assert granted(groups, TABLE) == grant


@pytest.mark.parametrize(
    "text",
    ["sports", "=admin", "a=root", "a=admin;a=data", "a=data:", "a=data:Not A Name", "a=b=c"],
)
def test_a_table_of_another_form_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="must be GROUP=ROLE"):
        read_grants(text)
