"""A batch on a Dask cluster: the same work in the same kind of process, which each Dask worker keeps beside itself.

A document that ends its process ends that one, and no Dask worker. Where a Dask worker is lost all the same, with its
machine perhaps, Dask sends its chunks to another.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from ..errors import MissingExtraError, ReportParseError
from .engines import LocalEngine, Result, stream
from .work import Chunk, Job, killed

T = TypeVar("T")

# So many chunks are under way for each thread of the cluster: one that is worked on and one that is on its way.
_PER_THREAD = 2
_CONNECT_SECONDS = 30

_LOCAL = threading.local()


class DaskEngine(Generic[T]):
    """A Dask cluster, that of a scheduler or a new one on this machine.

    Args:
        job: What its workers do.
        scheduler: The address of a running scheduler; None for a cluster on this machine.
        count: How many workers the cluster on this machine has; None for one per core.

    Raises:
        MissingExtraError: distributed is not installed.
        ReportParseError: The scheduler does not answer.
    """

    def __init__(self, job: Job[T], scheduler: str | None = None, count: int | None = None) -> None:
        self._distributed = _load_distributed()
        self._job = job
        self._cluster: Any = None
        if scheduler is None:
            self._cluster = self._distributed.LocalCluster(
                n_workers=count, threads_per_worker=1, dashboard_address=None, silence_logs=50
            )
        try:
            self._client = self._distributed.Client(self._cluster or scheduler, timeout=_CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            told = f"this scheduler does not answer: {error}"
            raise ReportParseError(told, code="engine_failed", place=str(scheduler)) from error
        # Sent once to each worker, not with every chunk.
        self._sent_job = self._client.scatter(job, broadcast=True, hash=False)
        self._futures: dict[Any, Chunk] = {}

    def has_room(self) -> bool:
        """See :class:`reportparse.batch.engines.Engine`."""
        threads = sum(self._client.nthreads().values())
        return bool(len(self._futures) < _PER_THREAD * max(1, threads))

    def is_busy(self) -> bool:
        """See :class:`reportparse.batch.engines.Engine`."""
        return bool(self._futures)

    def send(self, chunk: Chunk) -> None:
        """See :class:`reportparse.batch.engines.Engine`."""
        future = self._client.submit(work_beside, self._sent_job, chunk, pure=False)
        self._futures[future] = chunk

    def receive(self, seconds: float) -> list[Result[T]]:
        """See :class:`reportparse.batch.engines.Engine`."""
        try:
            self._distributed.wait(list(self._futures), timeout=seconds, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return []
        done = [future for future in self._futures if future.done()]
        results: list[Result[T]] = []
        for future in done:
            results += self._results_of(future, self._futures.pop(future))
        return results

    def _results_of(self, future: Any, chunk: Chunk) -> Sequence[Result[T]]:
        try:
            found: Sequence[Result[T]] = future.result()
        except self._distributed.KilledWorker:
            if chunk.deaths:
                told = "its Dask worker was lost each time it was tried; parse it by itself to see why, or leave it out"
                error = ReportParseError(told, code="worker_killed")
                return [Result(chunk, killed(self._job, chunk, error))]
            for item in chunk.items:
                self.send(Chunk((item,), deaths=1))
            return []
        except ReportParseError:
            raise
        except Exception as error:
            told = f"the Dask cluster failed, {type(error).__name__}: {error}"
            raise ReportParseError(told, code="engine_failed") from error
        return found

    def close(self) -> None:
        """See :class:`reportparse.batch.engines.Engine`."""
        self._client.cancel(list(self._futures))
        self._futures.clear()
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def work_beside(job: Job[T], chunk: Chunk) -> list[Result[T]]:
    """Work through a chunk in the process that this thread of a Dask worker keeps for it."""
    # Dask marks its workers as processes that may have no children.
    multiprocessing.current_process().daemon = False
    engine: LocalEngine[T] | None = getattr(_LOCAL, "engine", None)
    if engine is None or engine.job != job:
        if engine is not None:
            engine.close()
        engine = _LOCAL.engine = LocalEngine(job, 1)
    return [result for results in stream(engine, [chunk]) for result in results]


def _load_distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        message = "the engine dask needs dask and distributed; install reportparse[dask]"
        raise MissingExtraError(message, code="extra_missing", place="dask") from error
    return distributed
