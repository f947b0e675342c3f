"""Whether an adaptation ranks a site's comments better than the bundle alone, beyond chance."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from classifier.adapt.annotations import Annotation
from classifier.adapt.decided import Decided
from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array, Inputs
from classifier.evaluation.metrics import Interval, interval, resamples
from classifier.text.groups import NAMES_GROUP
from classifier.text.tokens import hosts_of

ENOUGH: Final = 20
"""Violations, and others, that a slice needs to say anything."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How comments are ranked by the bundle alone and by the adaptation, on one slice."""

    label: str
    slice: str
    rows: int
    violations: int
    before: float
    after: float
    gain: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return it as a card has it."""
        return {
            "label": self.label,
            "slice": self.slice,
            "rows": self.rows,
            "violations": self.violations,
            "auc_before": round(self.before, 4),
            "auc_after": round(self.after, 4),
            "gain": self.gain.as_list(),
        }


def compared(
    label: str,
    rows: Sequence[Annotation],
    inputs: Inputs,
    weight: Array,
    scores: tuple[Array, Array],
) -> list[Compared]:
    """Compare two rankings by one label, of all comments and of each slice that has enough."""
    truth = np.array([row.labels.get(label, False) for row in rows], dtype=np.bool_)
    judged = np.array([label in row.labels for row in rows]) & (weight > 0)
    texts, first = [row.comment.text for row in rows], [row.first_time for row in rows]
    slices = slices_of(texts, inputs.languages, first)
    return compared_by(label, (truth, judged), slices, weight, scores)


def compared_by(
    label: str,
    said: tuple[Bools, Bools],
    slices: Iterable[tuple[str, Bools]],
    weight: Array,
    scores: tuple[Array, Array],
    *,
    enough: int = ENOUGH,
) -> list[Compared]:
    """Return the same of any rows.

    Args:
        label: what is ranked by.
        said: which rows are violations of it, and which were judged for it.
        slices: what to compare on, by name.
        weight: what each row counts for.
        scores: of both, what is compared with first.
        enough: violations, and others, that a slice needs to say anything.
    """
    truth, judged = said
    found = []
    for name, own in slices:
        here = judged & own
        if min(truth[here].sum(), (~truth[here]).sum()) >= enough:
            before, after = (each[here] for each in scores)
            values = _auc(truth[here], before, weight[here]), _auc(truth[here], after, weight[here])
            gain = _gain(truth[here], after, before, weight[here])
            found.append(
                Compared(label, name, int(here.sum()), int(truth[here].sum()), *values, gain)
            )
    return found


def is_better(
    out_of_fold: Sequence[Compared], newest: Sequence[Compared], decided: Decided | None
) -> bool:
    """Say whether the adaptation is better beyond chance.

    Either of some label it ranks all comments better by the whole 95 % interval, each scored by a
    fit that did not see it, and on the newest fifth, where that has enough, no label worse at all;
    or more is decided without a person, by the whole interval and by bands that are proven. In both
    cases no label and no slice is ranked worse by the whole of its interval, and much more waits
    only where people found more wrong of what was approved than is promised, beyond chance.
    """
    lost = any(each.gain.high < 0 for each in (*out_of_fold, *newest))
    ranked = any(each.gain.low > 0 for each in out_of_fold if each.slice == "all")
    aged = any(each.gain.value < 0 for each in newest if each.slice == "all")
    decides_more = decided is not None and decided.gain.low > 0
    drowns = decided is not None and decided.lets_much_more_wait and not decided.is_broken
    return not lost and not drowns and (decides_more or (ranked and not aged))


def slices_of(
    texts: Sequence[str], languages: Sequence[str], first: Sequence[bool | None]
) -> Iterator[tuple[str, Bools]]:
    """Yield all comments, and those of each language, with or without links, about groups, by new.

    `first` says which are their authors' first; what is not known of is neither new nor known.
    """
    yield "all", np.ones(len(texts), dtype=np.bool_)
    named = np.array(languages)
    for name in np.unique(named):
        yield f"language {name}", named == name
    links = np.array([bool(_links(text)) for text in texts], dtype=np.bool_)
    yield "with links", links
    yield "without links", ~links
    groups = [NAMES_GROUP.search(text) is not None for text in texts]
    yield "with words of groups", np.array(groups, dtype=np.bool_)
    for name, wanted in (("by first-time authors", True), ("by known authors", False)):
        yield name, np.array([each is wanted for each in first], dtype=np.bool_)


def _links(text: str) -> list[str]:
    return [host for chunk in text.split() for host in hosts_of(chunk)]


def _gain(truth: Bools, after: Array, before: Array, weight: Array) -> Interval:
    value = _auc(truth, after, weight) - _auc(truth, before, weight)
    drawn = weight * np.array(resamples(len(truth)))
    gains = aucs(truth, after, drawn) - aucs(truth, before, drawn)
    return interval(value, gains.tolist())


def _auc(truth: Bools, scores: Array, weight: Array) -> float:
    return float(aucs(truth, scores, weight[None])[0])


def aucs(truth: Bools, scores: Array, weights: Array) -> Array:
    """Return the AUC under each row of weights, ties counted half; sorted once for all of them."""
    order = np.argsort(scores, kind="stable")
    _, starts = np.unique(scores[order], return_index=True)
    bad, good = (
        np.add.reduceat((weights * kind)[:, order], starts, axis=1) for kind in (truth, ~truth)
    )
    below = np.cumsum(good, axis=1) - good / 2
    pairs = np.maximum(bad.sum(1) * good.sum(1), 1e-12)
    found: Array = (bad * below).sum(1) / pairs
    return found


def _decided(told: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield how much is decided without a person, by the bundle alone and by the adaptation."""
    if told:
        value, low, high = told["gain"]
        yield (
            f"decided without a person, of {told['rows']} that somebody saw: {told['before']:.0%},"
            f" adapted {told['after']:.0%}  {value:+.3f} ({low:+.3f} to {high:+.3f})"
        )
        if "broken" in told:
            yield f"violations among what is approved: {_both(told)}"
        if told.get("much_more_waits"):
            why = (
                "people found more wrong of what the model approves than is promised"
                if told["broken"]
                else "nothing that people found asks for it"
            )
            yield (
                f"much more would wait: {1 - told['after']:.0%} of the comments instead of"
                f" {1 - told['before']:.0%}; {why}"
            )


def _both(told: Mapping[str, Any]) -> str:
    shares = (told["wrong_before"], told["wrong_after"])
    before, after = (f"{value:.1%} ({low:.1%} to {high:.1%})" for value, low, high in shares)
    return f"{before}, adapted {after}"


def _course(told: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield how ranking and queue changed with annotations, and what more are likely to bring."""
    points = told["points"] if told else ()
    for point in points:
        ranked = [f"{label} {each[0]:.3f}" for label, each in point["auc"].items()]
        waits = [] if point["queue"] is None else [f"{point['queue']:.0%} wait"]
        yield f"{point['annotations']:,} annotations: " + ", ".join(ranked + waits)
    if told and told["more"]:
        for label, (value, low, high) in told["more"]["auc"].items():
            yield (
                f"with {told['more']['annotations']} more probably {label} {value:.3f}"
                f" ({low:.3f} to {high:.3f})"
            )
    elif points:
        yield "too few were judged to say what more of them may bring"


def _aged(told: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield how what serves ranks what people said since, beside the bundle alone."""
    if not told:
        return
    yield f"{told['version']} serves; people looked at {told['rows']:,} comments since"
    for each in told["compared"]:
        value, low, high = each["gain"]
        yield (
            f"of these it ranks {each['label']} {each['auc_after']:.3f}, the bundle alone"
            f" {each['auc_before']:.3f}  {value:+.3f} ({low:+.3f} to {high:+.3f})"
        )
    if told["worse"]:
        yield "it has aged: the bundle alone is better beyond chance"


def _promises(languages: Mapping[str, Any]) -> Iterator[str]:
    """Yield for each language what its own bands decide without a person, as far as proven."""
    for name, entry in languages.items():
        if "missed" in entry:
            value, _, high = entry["missed"]
            yield (
                f"{name}: {entry['approved']:.0%} approved, {value:.1%} of them violations"
                f" (at most {high:.1%})"
            )
        for label in entry.get("automatic", {}).get("reject", ()):
            yield f"{name}: {label} rejected from {entry['bands'][label]['reject_at']:.3f} on"


def table(card: Mapping[str, Any]) -> str:
    """Return what was found as a table for people."""
    told = card["annotations"]
    head = (
        f"{told['comments']:,} comments of {told['lines']:,} lines, {told['violations']:,}"
        f" violations, {told['conflicts']:,} conflicts; worth {told['worth']:,}"
    )
    lines = [
        head,
        f"{'label':16} {'on':34} {'rows':>6} {'bad':>5} {'AUC':>6} {'adapted':>8}  gain",
    ]
    for part in ("out_of_fold", "newest"):
        for each in card["judged"][part]:
            value, low, high = each["gain"]
            where = f"{part.replace('_', ' ')}, {each['slice']}"
            lines.append(
                f"{each['label']:16} {where:34} {each['rows']:6} {each['violations']:5}"
                f" {each['auc_before']:6.3f} {each['auc_after']:8.3f}"
                f"  {value:+.3f} ({low:+.3f} to {high:+.3f})"
            )
    if not any(card["judged"][part] for part in ("out_of_fold", "newest")):
        lines.append(
            f"nothing could be judged: no label has {ENOUGH} violations and as many others"
        )
    lines += _decided(card["judged"]["decided"])
    lines += _promises(card["stages"]["encoder"]["languages"])
    lines += _course(card.get("curve"))
    lines += _aged(card.get("serving"))
    return "\n".join(lines)
