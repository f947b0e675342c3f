"""`python -m tests.load.site_months SOURCE --corpora FOLDER`: twelve weeks of a site that learns.

Comments of a corpus arrive in random order, as many each day. The policy decides them, moderators
answer what waits and what is audited, silence speaks after its days, an adaptation is fitted after
so many answers and switched on if it is better, and a broken promise tightens bands: all by the
service's own pure functions, with the true labels of the corpus for the moderators' answers.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from typing import Final

from classifier import policy
from classifier.adapt.adaptation import Adaptation
from classifier.adapt.annotations import Annotation, Provenance, settled
from classifier.adapt.inputs import Inputs, gather, part_of
from classifier.adapt.making import make
from classifier.adapt.surroundings import Comment
from classifier.bundle import Bundle
from classifier.shipped import shipped_bundle
from classifier.training.mix import MAJORITY
from classifier.types import DECIDING, Assessment, Verdict
from service.comments.annotations import SILENCE_DAYS
from service.comments.self_learning import FRESH
from service.domain import policy as site_policy
from service.domain.adaptations import takes_over
from service.domain.agreement import SHARE, Agreement, Pair, agreement_of
from service.domain.audits import A_DAY, BEGINNING, Audited, share_of
from service.domain.intervals import interval
from service.domain.promises import DECISIONS, tightened
from service.domain.quality import Answer, Kind, Stage, quality_of
from service.domain.sites import OwnBand, SiteSettings
from training_data import normal

WEEKS: Final = 12
START: Final = datetime(2026, 9, 7, tzinfo=UTC)
MODERATORS: Final = ("Ann", "Ben", "Cat")
"""Who take turns at random; with `--wrong` the last errs."""

WINDOW: Final = timedelta(days=30)
"""Answers that a promise is judged by are no older, as in the service."""


@dataclass(slots=True)
class Week:
    """What happened to a week's comments: decided how, and how much of that was wrong."""

    comments: int = 0
    queued: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    audits: int = 0
    learnt: int = 0
    tightened: int = 0


@dataclass(slots=True)
class Site:
    """A website in its first months, with all that is known of its comments."""

    label: str
    truth: Sequence[bool]
    comments: Sequence[Comment]
    inputs: Inputs
    bundle: Bundle
    wrong: float
    chance: random.Random
    adaptation: Adaptation | None = None
    bands: dict[str, OwnBand] = field(default_factory=dict)
    said: dict[int, Annotation] = field(default_factory=dict)
    approved: dict[int, datetime] = field(default_factory=dict)
    answers: list[tuple[datetime, Answer]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    fresh: int = 0
    answered: int = 0

    def judge(self, at: int) -> tuple[Verdict, Assessment]:
        """Return the verdict about a comment, and the assessment that it rests on."""
        scored, opinion = self.inputs.scored[at]
        settings = SiteSettings(bands=self.bands)
        own, comment = self.adaptation, self.comments[at]
        if own:
            told = own.assess(scored, comment), own.assess_by_encoder(opinion, scored, comment)
        else:
            told = self.bundle.assess(scored), self.bundle.assess_by_encoder(opinion)
        first = site_policy.in_force(told[0], settings)
        second = site_policy.in_force(told[1], settings)
        verdict = policy.judge_both(first, second)
        return verdict, (second if verdict.by_encoder and second else first)

    def tell(self, at: int, provenance: Provenance, propensity: float, moment: datetime) -> bool:
        """Have a moderator answer, and now and then another one too; return the first answer."""
        first, second = self.chance.sample(MODERATORS, 2)
        bad = self._answered(at, first)
        if self.chance.random() < SHARE:
            answers = (bad, self._answered(at, second))
            told = ("rejected" if each else "approved" for each in answers)
            self.pairs.append(Pair("site", first, second, *told))
        labels = {**dict.fromkeys(DECIDING, False), self.label: bad}
        self.said[at] = Annotation(self.comments[at], labels, provenance, propensity, moment)
        self.fresh += 1
        return bad

    def _answered(self, at: int, who: str) -> bool:
        """Return what one moderator answers; the last of them may err."""
        errs = who == MODERATORS[-1] and self.chance.random() < self.wrong
        return self.truth[at] != errs

    def learn(self, moment: datetime) -> bool:
        """Fit an adaptation to all that was said, and switch it on if it is better."""
        quiet = moment - timedelta(days=SILENCE_DAYS)
        silent = {
            at: Annotation(self.comments[at], dict.fromkeys(DECIDING, False), "silence", 1.0, when)
            for at, when in self.approved.items()
            if when < quiet and at not in self.said
        }
        known = settled({**silent, **self.said}.values())
        places = {self.comments[at]: at for at in (*silent, *self.said)}
        inputs = part_of(self.inputs, [places[row.comment] for row in known.rows])
        made, self.fresh = make(known, self.bundle, inputs), 0
        before = self.adaptation.card if self.adaptation and not self.bands else None
        if made.is_better and takes_over(made.card, before):
            self.adaptation = Adaptation.load(made.content, made.card, self.bundle)
            self.bands, self.answers = {}, []
            return True
        return False

    def keep_promises(self, moment: datetime) -> int:
        """Tighten bands of which the answers of audits find a promise broken."""
        answers = [each for when, each in self.answers if when > moment - WINDOW]
        count = 0
        for found in quality_of((), answers):
            for decision in DECISIONS:
                bands = tightened(decision, answers, self.bands)
                if getattr(found, decision).broken and bands:
                    self.bands |= bands
                    self.answers = [
                        each for each in self.answers if each[1].kind.status != decision
                    ]
                    count += 1
        return count


def live(site: Site, order: Sequence[int]) -> list[Week]:
    """Let a website's weeks pass; return what happened in each."""
    weeks = [Week() for _ in range(WEEKS)]
    a_day = len(order) // (7 * WEEKS)
    for day in range(7 * WEEKS):
        week, moment = weeks[day // 7], START + timedelta(days=day)
        _day(site, week, order[day * a_day : (day + 1) * a_day], moment, day * a_day)
        if site.fresh >= FRESH:
            week.learnt += site.learn(moment)
        week.tightened += site.keep_promises(moment)
    return weeks


def _day(site: Site, week: Week, order: Sequence[int], moment: datetime, before: int) -> None:
    today = 0
    for place, at in enumerate(order):
        verdict, said = site.judge(at)
        week.comments += 1
        if verdict.status == "pending":
            week.queued += 1
            site.tell(at, "moderator", 1.0, moment)
            continue
        bad = site.truth[at]
        week.decided[verdict.status] += 1
        week.wrong[verdict.status] += bad == (verdict.status == "approved")
        if verdict.status == "approved":
            site.approved[at] = moment
        known = Audited(site.answered, today, len(order), min(before + place, BEGINNING))
        share = share_of(None, A_DAY, known)
        if today < A_DAY and site.chance.random() < share:
            today += 1
            week.audits += 1
            site.answered += 1
            answer = "rejected" if site.tell(at, "audit", share, moment) else "approved"
            reason = site.label if answer == "rejected" else None
            told = _answer(_kind(verdict, moment), said, share, (answer, reason))
            site.answers.append((moment, told))


def _kind(verdict: Verdict, moment: datetime) -> Kind:
    stage: Stage = "second_opinion" if verdict.by_encoder else "linear"
    reasons = verdict.violated or ("clear",)
    return Kind("site", None, stage, None, verdict.status, reasons, moment.date())


def _answer(kind: Kind, said: Assessment, share: float, answer: tuple[str, str | None]) -> Answer:
    bands = {name: (each.approve_below, each.reject_at) for name, each in said.bands.items()}
    return Answer(kind, share, *answer, said.scores, bands)


def table(weeks: Sequence[Week]) -> Iterator[str]:
    """Yield the weeks as a table, with 90 % intervals of what is wrong."""
    names = "week", "comments", "queue", "approved, wrong", "rejected, wrong", "audits", "learnt"
    yield "| " + " | ".join((*names, "tightened")) + " |"
    yield "| " + " | ".join(["---"] * (len(names) + 1)) + " |"
    for number, week in enumerate(weeks, 1):
        cells = [_share(week.decided[name], week.wrong[name]) for name in DECISIONS]
        yield (
            f"| {number} | {week.comments} | {week.queued / max(week.comments, 1):.0%} |"
            f" {cells[0]} | {cells[1]} | {week.audits} | {week.learnt} | {week.tightened} |"
        )


def people(found: Agreement) -> Iterator[str]:
    """Yield how far each moderator agrees with the others, and who stands out."""
    for each in found.people:
        kappa = "none" if each.kappa is None else f"{each.kappa:.2f}"
        if each.kappa is not None:
            kappa += f" ({each.kappa_low:.2f} to {each.kappa_high:.2f})"
        yield (
            f"{each.name}: colleagues decided {each.disagreed} of {each.pairs} otherwise"
            f" ({each.low:.0%} to {each.high:.0%}), kappa {kappa}"
            f"{', stands out' if each.stands_out else ''}"
        )


def _share(decided: int, wrong: int) -> str:
    if not decided:
        return "0"
    low, high = interval(wrong, decided)
    return f"{decided}, {wrong / decided:.1%} ({low:.1%} to {high:.1%})"


def site_of(asked: argparse.Namespace) -> Site:
    """Return a website whose readers write a corpus."""
    name, corpora = asked.source, asked.corpora
    frame = normal.load([name], corpora)
    label = "spam" if frame["spam"].notna().sum() > frame["toxicity"].notna().sum() else "toxicity"
    frame = frame[frame[label].notna() & (frame["text"].str.strip() != "")]
    frame = frame.drop_duplicates("text").sample(frac=1, random_state=0)
    if asked.violations:
        bad = frame[label] >= MAJORITY
        kept = round((~bad).sum() * asked.violations / (1 - asked.violations))
        frame = frame.drop(frame.index[bad][kept:]).sample(frac=1, random_state=1)
    frame = frame.head(asked.most)
    rows = [Annotation(Comment(text), {}) for text in frame["text"]]
    truth = [bool(value >= MAJORITY) for value in frame[label]]
    bundle = shipped_bundle()
    comments = [row.comment for row in rows]
    return Site(
        label,
        truth,
        comments,
        gather(rows, bundle, most=inf),
        bundle,
        asked.wrong,
        random.Random(0),
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table of a source's weeks."""
    read = argparse.ArgumentParser(prog="python -m tests.load.site_months", description=__doc__)
    read.add_argument("source", help="a corpus that the shipped bundle was not trained on")
    read.add_argument("--corpora", type=Path, help="folder with NAME.parquet")
    read.add_argument("--most", type=int, default=2000, help="comments of the twelve weeks")
    read.add_argument("--wrong", type=float, default=0.0, help="share of what one of three answers")
    read.add_argument("--violations", type=float, help="share of violations; else the corpus's")
    site = site_of(read.parse_args(argv))
    weeks = live(site, range(len(site.truth)))
    told = (*table(weeks), "", *people(agreement_of(site.pairs)))
    print("\n".join(told))  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
