"""A head judges a label that its encoder was not tuned on, by the numbers that it has anyway."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from classifier import BundleError, shipped_files
from classifier.parts import STACKS, read_parts, unpack
from classifier.second import Encoder
from classifier.training import heads
from classifier.training.card import dump


def rows(truth: list[float], **columns: object) -> pd.DataFrame:
    found = pd.DataFrame({"spam": truth, "source": "blogs", "group": "", "key": range(len(truth))})
    found = found.assign(part="train", language="en", weight_spam=1.0)
    return found.assign(**columns)  # type: ignore[arg-type] # columns of any kind


def test_a_head_finds_what_the_numbers_know() -> None:
    drawn = np.random.default_rng(0)
    truth = drawn.random(400) < 0.3
    numbers = drawn.normal(size=(400, 24))
    numbers[:, 5] += 3.0 * truth
    given = heads.Rows(rows(truth.astype(float).tolist()), numbers.astype(np.float16))
    found = heads.odds(heads.fit(given), given.numbers)
    assert found[truth].mean() > 1 > -1 > found[~truth].mean()
    half = np.arange(400) < 200
    apart = heads.odds(heads.fit(given, half), given.numbers[~half])
    assert np.corrcoef(apart, truth[~half])[0, 1] > 0.7


def test_rows_of_other_languages_unjudged_and_unweighed_ones_teach_no_head(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heads, "MOST", 2)
    given = pd.concat(
        [
            rows([1.0, 0.0, 1.0]),
            rows([0.0] * 5, source="news"),
            rows([1.0], language="de"),
            rows([float("nan")]),
            rows([1.0], weight_spam=0.0),
            rows([1.0], part="test"),
        ],
        ignore_index=True,
    )
    found = heads.rows_for(given, ("blogs",))
    assert found["source"].value_counts().to_dict() == {"blogs": 3, "news": 2}
    assert found["spam"].notna().all()


def test_a_head_speaks_in_place_of_the_last_layers(content: dict[str, Any]) -> None:
    part = next(each for each in content["second_opinion"]["encoders"] if "en" in each["stacks"])
    plain = Encoder(part)
    text = "Visit my shop for the cheapest replica watches and win a prize"
    read = plain.read(text)
    assert read is not None
    raw, numbers = read
    assert numbers is not None
    head = np.append(np.full(len(numbers), 0.01), -1.0)
    again = Encoder({**part, "heads": {"spam": head}}).read(text)
    assert again is not None
    assert again[0][0] == pytest.approx(0.01 * numbers.sum() - 1.0, abs=1e-3)
    assert again[0][1:].tolist() == pytest.approx(raw[1:].tolist(), abs=1e-6)


def test_a_bundle_needs_as_many_heads_as_encoders() -> None:
    parts = unpack(*shipped_files())
    parts[STACKS] = dump({"stacks": [{}, {}], "heads": [{}]})
    with pytest.raises(BundleError, match="each of its stacks"):
        read_parts(parts)
