"""Work in pieces: by processes of this machine, or on a Dask cluster where a scheduler is named.

Both run the same functions, with one thread of linear algebra each, so what comes is the same to
the byte. A piece that was lost with its worker is done by another; where the scheduler goes away
and is back in time, what is not done yet is given out again.
"""

import hashlib
import logging
import platform
import re
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final, Protocol, TypeVar

import click
from threadpoolctl import threadpool_limits

PROCESSES: Final = 2
"""Pieces that are done at once on this machine."""

AHEAD: Final = 2
"""Pieces under way for each thread of a cluster: one that it does, and one that it has by then."""

CONNECTING: Final = 10.0
"""Seconds that a scheduler may take to answer, and then to have a worker."""

PATIENCE: Final = 120.0
"""Seconds that a scheduler may be away before the run gives up."""

ATTEMPTS: Final = 3
"""Times that one piece may be lost with the cluster."""

PAUSE: Final = 0.5
"""Seconds between two looks at whether it is back."""

ENGINES: Final = ("numpy", "scipy", "scikit-learn", "pandas", "onnxruntime", "distributed")
"""Packages whose versions a result depends on, where they are installed."""

_ADDRESS: Final = re.compile(r"(?:tcp|tls)://[^\s/]+:\d{1,5}")

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")


class NoClusterError(click.UsageError):
    """A scheduler that was named cannot be used; the sentence says why, and what to do."""


class ClusterLostError(click.ClickException):
    """The cluster went away and did not come back; what was done before is as it was kept."""


class Crew(Protocol):
    """Whoever does the pieces."""

    def map(
        self,
        work: Callable[[Shared, Item], Result],
        shared: Shared,
        items: Iterable[Item],
        *,
        here: int = PROCESSES,
    ) -> Generator[Result, None, None]:
        """Yield what `work` makes of each item with what all of them share, in the items' order.

        Only a few are under way, so items may be read as they are wanted. `here` is how many this
        machine does at once where it does them itself.
        """


@contextmanager
def crew(scheduler: str | None) -> Iterator[Crew]:
    """Give this machine's processes, or a cluster by its scheduler's address.

    Raises:
        NoClusterError: the address is none, nobody answers there, or its workers are others.
        ClusterLostError: the cluster went away meanwhile.
    """
    if scheduler is None:
        yield Here()
        return
    found = _Cluster(scheduler)
    try:
        yield found
    finally:
        found.close()


def one_thread(work: Callable[[Shared, Item], Result], shared: Shared, item: Item) -> Result:
    """Do a piece with one thread of linear algebra: with several, sums differ in their last bit."""
    with threadpool_limits(1):
        return work(shared, item)


_SHARED: Final[list[Any]] = []
"""What forked processes find in their memory, so that nothing of it is copied to them."""


def _forked(work: Callable[[Any, Item], Result], item: Item) -> Result:
    return one_thread(work, _SHARED[-1], item)


class Here:
    """Processes of this machine."""

    def map(
        self,
        work: Callable[[Shared, Item], Result],
        shared: Shared,
        items: Iterable[Item],
        *,
        here: int = PROCESSES,
    ) -> Generator[Result, None, None]:
        """Yield each result in order; with one process it is this one."""
        if here == 1:
            yield from (one_thread(work, shared, item) for item in items)
            return
        _SHARED.append(shared)
        try:
            with ProcessPoolExecutor(here, get_context("fork")) as processes:
                source = iter(items)
                under_way = deque[Future[Result]]()
                for item in islice(source, here * AHEAD):
                    under_way.append(processes.submit(_forked, work, item))
                while under_way:
                    yield under_way.popleft().result()
                    for item in islice(source, 1):
                        under_way.append(processes.submit(_forked, work, item))
        finally:
            _SHARED.pop()


class _Cluster:
    """Workers of a Dask scheduler."""

    def __init__(self, address: str) -> None:
        if not _ADDRESS.fullmatch(address):
            raise NoClusterError(
                "--scheduler takes the address of a Dask scheduler, such as tcp://10.0.0.5:8786"
            )
        self._address: Final = address
        self._dask: Final = _dask()
        self._scattered: tuple[object, Any] | None = None
        self._client = self._connected()

    def map(
        self,
        work: Callable[[Shared, Item], Result],
        shared: Shared,
        items: Iterable[Item],
        *,
        here: int = PROCESSES,
    ) -> Generator[Result, None, None]:
        """Yield each result in order; what the cluster has lost is given out again."""
        del here  # as many as its workers have threads for
        source = iter(items)
        under_way: deque[tuple[Item, Any]] = deque()
        lost = 0
        while True:
            try:
                for item in islice(source, max(0, self._most() - len(under_way))):
                    under_way.append((item, None))
                under_way = deque(
                    (item, future or self._submit(work, shared, item)) for item, future in under_way
                )
                if not under_way:
                    return
                found = under_way[0][1].result()
            except (CancelledError, OSError, self._dask.client.FutureCancelledError) as error:
                lost += 1
                if lost > ATTEMPTS:
                    raise ClusterLostError(
                        f"a piece of the work is lost each time: {error}"
                    ) from None
                self._again()
                under_way = deque((item, None) for item, _ in under_way)
                continue
            except self._dask.KilledWorker as error:
                raise ClusterLostError(f"workers die of a piece of the work: {error}") from None
            under_way.popleft()
            lost = 0
            yield found

    def close(self) -> None:
        """Leave the cluster; what was given out and is not done yet is forgotten there."""
        self._client.close(timeout=1)

    def _most(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return AHEAD * max(1, sum(threads.values()))

    def _submit(self, work: Callable[[Shared, Item], Result], shared: Shared, item: Item) -> Any:
        if self._scattered is None or self._scattered[0] is not shared:
            given = self._client.scatter(shared, broadcast=True, hash=False)
            self._scattered = (shared, given)
        return self._client.submit(one_thread, work, self._scattered[1], item, pure=False)

    def _connected(self) -> Any:
        try:
            client = self._dask.Client(self._address, timeout=CONNECTING, set_as_default=False)
        except (OSError, ValueError) as error:
            raise NoClusterError(
                f"no Dask scheduler answers at {self._address}: `dask scheduler` starts one"
            ) from error
        try:
            client.wait_for_workers(1, timeout=CONNECTING)
        except (OSError, self._dask.TimeoutError) as error:
            client.close(timeout=1)
            raise NoClusterError(
                f"the scheduler at {self._address} has no worker:"
                f" `dask worker {self._address}` starts one"
            ) from error
        try:
            _require_alike(client)
        except NoClusterError:
            client.close(timeout=1)
            raise
        return client

    def _again(self) -> None:
        """Wait until the scheduler is back with a worker."""
        self._client.close(timeout=1)
        self._scattered = None
        until = monotonic() + PATIENCE
        while True:
            try:
                self._client = self._connected()
            except NoClusterError as error:
                if monotonic() > until:
                    raise ClusterLostError(f"the cluster is gone: {error.message}") from None
                sleep(PAUSE)
            else:
                return


def _dask() -> Any:
    """Return Dask's `distributed`, which logs nothing: what matters is an error of ours."""
    try:
        found = import_module("distributed")
    except ImportError:
        raise NoClusterError("--scheduler needs the dependency group `cluster`") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    return found


def about() -> dict[str, str]:
    """Say what results depend on: Python, the engines, and the code of ours."""
    found = {"Python": ".".join(platform.python_version_tuple()[:2])}
    return found | {name: _version(name) for name in ENGINES} | {"code of ours": _digest()}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _digest() -> str:
    root, digest = Path(__file__).parents[1], hashlib.sha256()
    for name in ("training_data", "classifier", "service"):
        for path in sorted((root / name).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _require_alike(client: Any) -> None:
    """Refuse workers whose results might differ."""
    try:
        workers = client.run(about)
    except Exception as error:
        raise NoClusterError(
            "a worker cannot run this release's code: start it in this folder,"
            f" or with the same packages installed ({error})"
        ) from error
    for address, theirs in workers.items():
        for name, wanted in about().items():
            if theirs[name] != wanted:
                raise NoClusterError(
                    f"worker {address} has {name} {theirs[name]}, here it is {wanted}:"
                    " results would differ; give all the same release"
                )
