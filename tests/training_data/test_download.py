"""Downloads: digest, going on where one broke off, servers that fail or lie."""

import hashlib
from pathlib import Path

import pytest

from tests.support.publisher import Publisher
from training_data.download import ATTEMPTS, DownloadError, WrongDigestError, fetch_file

BODY = bytes(range(256)) * 4096
DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def address(publisher: Publisher) -> str:
    publisher.files["set.csv"] = BODY
    return publisher.address("set.csv")


def test_a_file_comes_whole_and_progress_is_told(address: str, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    target = tmp_path / "set.csv"
    digest = fetch_file(address, target, DIGEST, lambda had, whole: told.append((had, whole)))
    assert (digest, target.read_bytes()) == (DIGEST, BODY)
    assert told[-1] == (len(BODY), len(BODY))
    assert list(tmp_path.iterdir()) == [target]


def test_what_is_there_is_not_asked_for_again(
    address: str, publisher: Publisher, tmp_path: Path
) -> None:
    (tmp_path / "set.csv").write_bytes(BODY)
    assert fetch_file(address, tmp_path / "set.csv", DIGEST) == DIGEST
    assert publisher.asked == []


def test_a_damaged_copy_is_replaced(address: str, tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_bytes(BODY[:-1] + b"x")
    fetch_file(address, tmp_path / "set.csv", DIGEST)
    assert (tmp_path / "set.csv").read_bytes() == BODY


def test_a_broken_download_goes_on_where_it_stopped(
    address: str, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.breaks_after = [300_000, 100_000]
    fetch_file(address, tmp_path / "set.csv", DIGEST)
    assert (tmp_path / "set.csv").read_bytes() == BODY
    assert publisher.asked == ["", "bytes=300000-", "bytes=400000-"]


def test_what_came_is_kept_for_the_next_run(
    address: str, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.breaks_after = [1000] * ATTEMPTS
    with pytest.raises(DownloadError, match="go on where it stopped"):
        fetch_file(address, tmp_path / "set.csv", DIGEST)
    assert not (tmp_path / "set.csv").exists()
    fetch_file(address, tmp_path / "set.csv", DIGEST)
    assert publisher.asked[-1] == f"bytes={1000 * ATTEMPTS}-"
    assert (tmp_path / "set.csv").read_bytes() == BODY


def test_a_whole_part_is_taken_and_checked(
    address: str, publisher: Publisher, tmp_path: Path
) -> None:
    """The connection broke after the last byte: the server has no more, and says so."""
    (tmp_path / "set.csv.part").write_bytes(BODY)
    fetch_file(address, tmp_path / "set.csv", DIGEST)
    assert publisher.asked == [f"bytes={len(BODY)}-"]
    assert (tmp_path / "set.csv").read_bytes() == BODY


def test_a_server_without_ranges_sends_all_again(
    address: str, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.ranges, publisher.breaks_after = False, [5000]
    fetch_file(address, tmp_path / "set.csv", DIGEST)
    assert (tmp_path / "set.csv").read_bytes() == BODY


def test_another_range_than_asked_is_refused(
    address: str, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.shift, publisher.breaks_after = 7, [5000]
    with pytest.raises(DownloadError, match="another range"):
        fetch_file(address, tmp_path / "set.csv", DIGEST)


def test_a_wrong_digest_is_refused_and_nothing_stays(
    address: str, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.files["set.csv"] = BODY[::-1]
    with pytest.raises(WrongDigestError, match="SHA-256"):
        fetch_file(address, tmp_path / "set.csv", DIGEST)
    assert list(tmp_path.iterdir()) == []


def test_the_server_refusing_is_said(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="the server answers 404"):
        fetch_file(publisher.address("gone.csv"), tmp_path / "gone.csv", "")


def test_no_server_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="connection failed"):
        fetch_file("http://127.0.0.1:9/set.csv", tmp_path / "set.csv", "")


def test_a_file_without_known_digest_gives_its_own(address: str, tmp_path: Path) -> None:
    assert fetch_file(address, tmp_path / "set.csv", "") == DIGEST
