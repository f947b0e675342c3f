"""What the bundle rejects stays rejected by an adaptation, until people find it wrong."""

from dataclasses import replace

import numpy as np

from classifier import Bundle
from classifier.adapt import Adaptation, Comment, bands
from classifier.adapt.annotations import Annotation, settled
from classifier.adapt.making import make

SAID = (
    "The bakery on Mill Street was never this loud",
    "Our new tram line was worth the wait",
    "The school's choir did not convince me at all",
    "That long bridge is still too slow",
)
OWN = " Ask the kumquat club."


def test_what_the_bundle_rejects_stays_rejected_until_people_find_that_wrong(
    bundle: Bundle,
) -> None:
    """A few audits earn no right of its own, and need none: only what contradicts them takes it."""

    def spam(number: int) -> Comment:
        return Comment(f"Cheap replica handbags outlet http://replica{number}.example buy discount")

    judged = [
        Annotation(
            Comment(f"{SAID[number % 4]}, says reader {number}.{OWN * (number % 3 == 0)}"),
            {"spam": number % 3 == 0, "toxicity": False},
        )
        for number in range(90)
    ]
    audited = replace(judged[0], labels={"spam": True}, provenance="audit", propensity=0.5)
    agreed = [replace(audited, comment=spam(number)) for number in range(12)]
    denied = [replace(each, labels={"spam": False}) for each in agreed]
    for audits, stays in ((agreed, True), (denied, False)):
        found = make(settled([*judged, *audits]), bundle)
        adaptation = Adaptation.load(found.content, found.card, bundle)
        comment = spam(99)
        verdict, *_ = adaptation.decide(bundle.score(comment.text, "en"), comment)
        assert (verdict.status == "rejected") is stays
    assert "keeps" not in found.card["stages"]["encoder"]["languages"]["en"]


def test_nothing_is_rejected_that_is_less_bad_or_that_people_find_honest() -> None:
    risk = np.array([0.99, 0.98, 0.97, 0.96, 0.3])
    bad = np.array([True, True, True, False, False])
    rejected = np.array([True, False, True, False, False])
    weight = np.array([2.0, 1.0, 2.0, 1.0, 400.0])
    assert bands.reject_alike(risk, bad, weight, rejected) == 0.975
    assert bands.reject_alike(risk, bad, np.zeros(5), rejected) is None
    assert bands.reject_alike(risk, ~bad, weight * 9, rejected) is None
    assert bands.reject_alike(risk / 3, bad, weight, rejected) is None
