"""Work that is shared is done once for each piece, in order, whoever of the cluster goes away."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from threading import Thread

import pytest

from tests.support.cluster import Cluster, beheading, dying, failing, times
from tests.support.ports import free_port
from training_data import cluster as clusters
from training_data.cluster import ClusterLostError, NoClusterError, crew


@pytest.mark.parametrize("here", [1, 2])
def test_this_machine_reads_no_further_ahead_than_it_works(here: int) -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1_000_000):
            read.append(number)
            yield number

    with crew(None) as workers:
        found = workers.map(times, 7, items(), here=here)
        assert list(islice(found, 5)) == [0, 7, 14, 21, 28]
        found.close()
    assert len(read) < 20


def test_a_worker_that_dies_loses_nothing(cluster: Cluster, tmp_path: Path) -> None:
    with crew(cluster.address) as workers:
        assert list(workers.map(dying, tmp_path / "died", range(12))) == list(range(12))
        assert list(workers.map(times, 7, range(5))) == [0, 7, 14, 21, 28]
    assert (tmp_path / "died").exists()


def test_what_is_lost_each_time_is_told(cluster: Cluster) -> None:
    with (
        crew(cluster.address) as workers,
        pytest.raises(ClusterLostError, match="lost each time"),
    ):
        list(workers.map(failing, None, range(3)))


def test_a_scheduler_that_comes_back_loses_nothing(cluster: Cluster, tmp_path: Path) -> None:
    def revive() -> None:
        cluster.scheduler.wait()
        cluster.restart()

    reviving = Thread(target=revive)
    reviving.start()
    shared = (tmp_path / "died", cluster.scheduler.pid)
    with crew(cluster.address) as workers:
        assert list(workers.map(beheading, shared, range(12))) == list(range(12))
    reviving.join()
    assert (tmp_path / "died").exists()


def test_a_scheduler_that_stays_away_is_told(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crew(cluster.address) as workers:
        monkeypatch.setattr(clusters, "PATIENCE", 0.0)
        monkeypatch.setattr(clusters, "CONNECTING", 0.5)
        shared = (tmp_path / "died", cluster.scheduler.pid)
        with pytest.raises(ClusterLostError, match="the cluster is gone"):
            list(workers.map(beheading, shared, range(12)))
    cluster.restart()


def test_wrong_addresses_are_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "CONNECTING", 0.5)
    with pytest.raises(NoClusterError, match="takes the address"), crew("http://127.0.0.1:1"):
        pass
    nobody = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(NoClusterError, match="no Dask scheduler answers"), crew(nobody):
        pass


def test_workers_of_another_release_are_refused() -> None:
    class Client:
        def run(self, _: object) -> dict[str, dict[str, str]]:
            return {"tcp://10.0.0.7:1": clusters.about() | {"numpy": "1.0"}}

    with pytest.raises(NoClusterError, match=r"tcp://10.0.0.7:1 has numpy 1\.0, here it is"):
        clusters._require_alike(Client())
