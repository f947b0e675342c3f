"""`python -m tests.load.waves SOURCE --corpora FOLDER`: new spam comes to a site; when is it held?

Honest comments of one corpus are a site's archive, and the spam of another comes in the order of
the file, each from an author of its own; people reject it one by one. After each the service's own
pure function looks for phrases. So how much is held by what was learnt is counted, and how much of
what other honest people write would be.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from classifier.training.mix import MAJORITY
from service.comments.learnt_phrases import APPROVED, REJECTED
from service.domain.learnt_phrases import LearntPhrase, Said, learnt, met_in
from training_data import normal

_START = datetime(2026, 11, 2, tzinfo=UTC)


def said(number: int, text: str) -> Said:
    """Return a comment of an author of its own, a minute after the one before."""
    at = _START + timedelta(minutes=number)
    return Said(text, "", UUID(int=number), at, is_settled=True)


def watch(spam: Sequence[str], archive: Sequence[Said]) -> tuple[list[bool], list[LearntPhrase]]:
    """Reject comments one by one; return which were held, and what was learnt by then."""
    rejected: list[Said] = []
    known: dict[str, LearntPhrase] = {}
    held = []
    for number, text in enumerate(spam):
        held.append(bool(met_in("", text, list(known.values()))))
        rejected.append(said(10_000 + number, text))
        for one in learnt(rejected[-REJECTED:], archive[-APPROVED:]):
            known.setdefault(one.phrase, one)
    return held, list(known.values())


def main(argv: Sequence[str] | None = None) -> None:
    """Print what is held of a wave, and of the honest comments that come after the archive."""
    read = argparse.ArgumentParser(prog="python -m tests.load.waves", description=__doc__)
    read.add_argument("source", help="a corpus with the spam that is new")
    read.add_argument("--corpora", type=Path, help="folder with NAME.parquet")
    read.add_argument("--honest", default="blog_spam_train", help="whose clean comments stand")
    read.add_argument("--archive", type=int, default=300, help="approved before it comes")
    read.add_argument("--most", type=int, default=100, help="comments of the wave")
    asked = read.parse_args(argv)
    frame = normal.load([asked.source], asked.corpora)
    spam = frame.loc[frame["spam"] >= MAJORITY, "text"].head(asked.most).tolist()
    clean = normal.load([asked.honest], asked.corpora).sample(frac=1, random_state=0)
    label = "spam" if clean["spam"].notna().any() else "toxicity"
    texts = clean.loc[clean[label] < MAJORITY, "text"].head(asked.archive + 4000).tolist()
    archive = [said(number, text) for number, text in enumerate(texts[: asked.archive])]
    held, known = watch(spam, archive)
    wrongly = sum(bool(met_in("", text, known)) for text in texts[asked.archive :])
    first = held.index(True) if any(held) else None
    print(  # noqa: T201 - it is a command
        f"{asked.source}: {len(known)} phrases of {len(spam)} comments, the first held after"
        f" {first} rejections; of those after 20: {sum(held[20:])} of {len(held[20:])} held;"
        f" honest ones held: {wrongly} of {len(texts) - asked.archive}"
    )


if __name__ == "__main__":
    main()
