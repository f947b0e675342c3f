"""The shipped bundle decides the plain cases, and refuses to be another one."""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from classifier import Bundle, BundleError, load_bundle, shipped_files
from classifier.content import read_content
from classifier.parts import PARTS, STACKS, digests, pack, unpack
from classifier.shipped import read_files, write_files
from classifier.training.card import dump, version_name

CEASEFIRE = (
    "It's Azerbaijan, not Armenians, that won't agree to a ceasefire. Also, you lose more and more"
    " credibility with each passing day that you don't support your ally Armenia and let a NATO"
    " member with American F-16s \u2013 Turkey \u2013 run wild in your backyard"
)
ARMENIAN = (
    "\u0547\u0576\u0578\u0580\u0570\u0561\u056f\u0561\u056c\u0578\u0582\u0569\u0575\u0578\u0582\u0576"
    " \u0570\u0578\u0564\u057e\u0561\u056e\u056b \u0570\u0561\u0574\u0561\u0580"
)
EARN = "Earn $3400 weekly with crypto, message me on WhatsApp +1 555 0100, visit http://bit.ly/x"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("Thanks, this was a helpful article.", {"approved"}),
        (CEASEFIRE, {"approved", "pending"}),
        (EARN, {"pending", "rejected"}),
        ("you are a worthless piece of shit and everybody hates you", {"pending", "rejected"}),
        (ARMENIAN, {"pending"}),
    ],
)
def test_plain_cases(bundle: Bundle, text: str, allowed: set[str]) -> None:
    assert bundle.verdict(bundle.score(text)).status in allowed


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"parts": shipped_files()[1]["parts"] | {"linear.joblib": "0" * 64}}, "SHA-256"),
        ({"parts": {"linear.joblib": "0" * 64}}, "does not hold the parts"),
        ({"parts": {"/etc/passwd": "0" * 64}}, "parts"),
        ({"parts": None}, "parts"),
        ({"format": 99}, "format"),
        ({"libraries": {"scikit-learn": "0.1.0", "numpy": "1.0"}}, "scikit-learn"),
        ({"libraries": None}, "scikit-learn"),
        ({"version": 3}, "version must be a text"),
        ({"made": "yesterday"}, "made must be a day"),
        ({"languages": {"en": {"automatic": 1}}}, "languages has 1"),
        ({"languages": {"en": {"automatic": {"approve": True, "reject": "spam"}}}}, "languages"),
        ({"figures": None}, "figures must be"),
        ({"second_opinion": 1}, "second_opinion must be"),
    ],
)
def test_another_bundle_is_refused_in_one_sentence(change: dict[str, Any], word: str) -> None:
    model, card = shipped_files()
    with pytest.raises(BundleError, match=word) as caught:
        load_bundle(model, card | change)
    assert "\n" not in str(caught.value)


def test_a_tampered_model_is_refused_before_it_is_opened() -> None:
    model, card = shipped_files()
    middle = len(model) // 2
    with pytest.raises(BundleError, match=r"SHA-256|cannot be read"):
        load_bundle(model[:middle] + bytes([model[middle] ^ 1]) + model[middle + 1 :], card)
    with pytest.raises(BundleError, match="cannot be read"):
        load_bundle(b"no archive", card)


def test_an_archive_packed_by_another_tool_is_the_same_bundle(bundle: Bundle) -> None:
    archive, card = shipped_files()
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as other:
        for name, content in reversed(unpack(archive, card).items()):
            other.writestr(name, content)
    assert stream.getvalue() != archive
    assert load_bundle(stream.getvalue(), card).digest == bundle.digest


def test_retraining_one_part_changes_one_file(tmp_path: Path) -> None:
    archive, card = shipped_files()
    found = unpack(archive, card)
    stacks = read_content(found[STACKS])
    changed = found | {STACKS: dump({"stacks": [dict(each) for each in stacks["stacks"]]})}
    write_files(tmp_path / "one", archive, card)
    write_files(tmp_path / "two", pack(changed), card | {PARTS: digests(changed)})
    same = [
        name
        for name in found
        if (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    ]
    assert len(found) >= 4
    assert {*found} - {*same} <= {STACKS}
    assert read_files(tmp_path / "one") == (archive, card)


def test_a_given_language_is_believed(bundle: Bundle) -> None:
    assert bundle.score("Thanks", "hy").language == "hy"
    verdict = bundle.verdict(bundle.score("Thanks, this was a helpful article.", "hy"))
    assert (verdict.status, verdict.missing) == ("pending", ("language",))


def test_names_of_versions_sort_by_when_they_were_made_and_never_collide(tmp_path: Path) -> None:
    names = []
    for _ in range(12):
        names.append(version_name(tmp_path))
        (tmp_path / names[-1]).mkdir()
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d\.\d{6}", name) for name in names)
    assert names[0] > "2026-11-26.3"  # as they were named before
