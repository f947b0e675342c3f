"""How far moderators agree, and who stands out."""

import random
from itertools import combinations

import pytest
from sklearn.metrics import cohen_kappa_score

from service.domain.agreement import LEAST, Pair, agreement_of


def decided(first: str, second: str, *said: str) -> Pair:
    return Pair("blog", first, second, *said)


def test_kappa_is_what_agreement_is_beyond_chance() -> None:
    draw = random.Random(5)
    said = [draw.choices(("approved", "rejected"), (4, 1), k=2) for _ in range(200)]
    said += [["rejected", "rejected"], ["approved", "approved"]] * 50
    found = agreement_of([decided("Ann", "Bob", *each) for each in said])
    assert found.kappa is not None
    assert found.kappa == pytest.approx(cohen_kappa_score(*zip(*said, strict=True)))
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.kappa < found.high


def test_each_person_has_the_kappa_with_all_colleagues_whoever_was_first() -> None:
    draw = random.Random(5)
    said = [draw.choices(("approved", "rejected"), (2, 1), k=2) for _ in range(80)]
    said += [["rejected", "rejected"], ["approved", "approved"]] * 40
    pairs = [
        decided("Ann", "Bob", *both) if draw.random() < 0.5 else decided("Bob", "Ann", *both[::-1])
        for both in said
    ]
    for person in agreement_of([*pairs, decided("Cat", "Eve", "approved", "rejected")]).people:
        if person.name in {"Ann", "Bob"}:
            expected = cohen_kappa_score(*zip(*said, strict=True))
            assert person.kappa == pytest.approx(expected)
            assert (person.kappa_low or 0) < expected < (person.kappa_high or 0)
    alike = agreement_of([decided("Ann", "Bob", "approved", "approved")] * 9).people
    assert [each.kappa for each in alike] == [None, None]


def test_where_all_is_approved_there_is_no_kappa() -> None:
    alike = agreement_of([decided("Ann", "Bob", "approved", "approved")] * 9)
    assert (alike.pairs, alike.agreed, alike.kappa) == (9, 9, None)
    assert agreement_of([]).people == []


@pytest.mark.parametrize("seed", range(5))
def test_a_moderator_with_thirty_per_cent_of_wrong_answers_is_named(seed: int) -> None:
    """And nobody else; with fewer comments than it takes nobody is."""
    draw = random.Random(seed)

    def answer(name: str, *, bad: bool) -> str:
        wrong = name == "Cat" and draw.random() < 0.3
        return "rejected" if bad != wrong else "approved"

    pairs = []
    for _ in range(60):
        for both in combinations(("Ann", "Bob", "Cat"), 2):
            bad = draw.random() < 0.4
            pairs.append(decided(*both, *(answer(name, bad=bad) for name in both)))
    found = agreement_of(pairs)
    assert found.people[0].name == "Cat"
    kappas = {each.name: each.kappa or 0 for each in found.people}
    assert kappas["Cat"] < min(kappas["Ann"], kappas["Bob"])
    assert [each.name for each in found.people if each.stands_out] == ["Cat"]
    assert not any(each.stands_out for each in agreement_of(pairs[: LEAST - 1]).people)
