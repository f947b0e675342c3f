"""What the annotations of other sites teach about one that has said nothing yet."""

from pathlib import Path

import numpy as np
from click.testing import CliRunner

from classifier import Bundle
from classifier.adapt.command import adapt_report
from classifier.adapt.inputs import gather, joined, part_of
from classifier.evaluation.adapting import pooled
from tests.support.annotations import site
from tests.support.corpora import write_corpora


def test_each_source_is_measured_by_what_only_the_others_say(
    bundle: Bundle, tmp_path: Path
) -> None:
    """Both reject the same made-up words, which the bundle has never met."""
    sources = ["ruddit", "kaggle_insults"]
    points = pooled(sources, write_corpora(tmp_path), bundle, 60)
    assert [(each.source, each.annotations) for each in points] == [(name, 60) for name in sources]
    assert min(each.worst for each in points) > 0.02


def test_parts_joined_again_are_the_whole(bundle: Bundle) -> None:
    rows = site(12)
    whole = gather(rows, bundle)
    again = joined([part_of(whole, range(5)), part_of(whole, range(5, 12))])
    assert np.array_equal(again.encoder, whole.encoder)
    assert np.array_equal(again.spoken, whole.spoken)
    for name in ("words", "languages", "status", "scored", "read_by"):
        assert getattr(again, name) == getattr(whole, name)


def test_one_source_alone_has_no_others(tmp_path: Path) -> None:
    done = CliRunner().invoke(adapt_report, ["ruddit", "--pooled", "--corpora", str(tmp_path)])
    assert done.exit_code == 2
    assert "--pooled needs two SOURCEs or more" in done.output
