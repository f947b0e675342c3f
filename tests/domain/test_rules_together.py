"""Whatever rules, settings and scores come together: what no combination of them may do."""

from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import policy
from classifier.types import Assessment, Band, Rights
from service.domain.policy import in_force, rules_of
from service.domain.rules import Facts
from service.domain.sites import OwnBand, SiteSettings

LABELS = ("spam", "toxicity", "threat")
SHARES = st.floats(0, 1)
ENDS = st.tuples(SHARES, SHARES).map(sorted)
FACTS = st.builds(
    Facts,
    links=st.integers(0, 4),
    **{name: st.booleans() for name in Facts.__struct_fields__ if name not in {"links", "words"}},
)
OWN = st.one_of(
    ENDS.map(lambda ends: OwnBand(*ends)),
    SHARES.map(OwnBand),
    SHARES.map(lambda end: OwnBand(reject_at=end)),
)
SITES = st.builds(
    SiteSettings,
    bands=st.dictionaries(st.sampled_from(LABELS), OWN),
    hold_everything=st.booleans(),
    second_opinion=st.sampled_from(("off", "borderline", "all")),
    max_links=st.integers(0, 3),
)


@st.composite
def assessments(draw: st.DrawFn, *, by_encoder: bool) -> Assessment:
    """What a model or an encoder may say."""
    return Assessment(
        scores={label: draw(SHARES) for label in LABELS},
        bands={label: Band(*draw(ENDS)) for label in LABELS},
        rights=Rights(draw(st.booleans()), frozenset(draw(st.sets(st.sampled_from(LABELS))))),
        asked_from=None if by_encoder else draw(st.sampled_from((None, {}, {"spam": 0.1}))),
        by_encoder=by_encoder,
    )


def reaches(seen: Assessment | None) -> bool:
    """Say whether some label is a clear violation, and not only in doubt."""
    return seen is not None and any(
        score >= seen.bands[label].reject_at for label, score in seen.scores.items()
    )


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(
    facts=FACTS,
    site=SITES,
    first=st.none() | assessments(by_encoder=False),
    encoder=st.none() | assessments(by_encoder=True),
)
def test_no_combination_lets_a_blocked_word_by_or_rejects_by_doubt_alone(
    facts: Facts, site: SiteSettings, first: Assessment | None, encoder: Assessment | None
) -> None:
    linear, second = in_force(first, site), in_force(encoder, site)
    verdict = policy.judge_both(linear, second, rules_of(facts, site))
    if facts.blocked_word or facts.trap or facts.author_banned:
        assert verdict.status == "rejected"
        return
    if verdict.status == "rejected":
        assert reaches(linear)
    if site.hold_everything or facts.author_held or linear is None:
        assert verdict.status == "pending"
    if verdict.status == "approved":
        held = (facts.held_word, facts.parent_hidden, facts.repeated, facts.flood)
        assert not any(held)
        assert facts.links <= site.max_links
        assert not reaches(second if verdict.by_encoder else linear)
