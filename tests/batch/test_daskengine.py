"""A batch on a Dask cluster gives the same bytes, and survives its documents."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import killers
from batches import files, local, run, write_reports
from locations import TESTS
from reportparse.batch.engines import Result
from reportparse.batch.work import parse_raw
from reportparse.errors import ReportParseError

distributed = pytest.importorskip("distributed", reason="the engine needs the extra dask")
pytest.importorskip("pyarrow", reason="datasets need the extra frames")

from reportparse.batch.daskengine import DaskEngine  # noqa: E402

# What Dask does while it starts and stops is not ours to warn of.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as made:
        # Workers are new processes; they find the tests' parser as they would an installed one.
        folder = str(TESTS)
        with distributed.Client(made) as client:
            client.run(lambda: __import__("sys").path.insert(0, folder))
        yield made


def test_cluster_gives_the_same_bytes_and_survives_hostile_documents(tmp_path: Path, cluster: Any) -> None:
    source = write_reports(tmp_path / "in", 17)
    for kind in ("crash", "error"):
        (source / f"{kind}.txt").write_bytes(killers.document(kind))

    def on_cluster(job: Any) -> DaskEngine[Any]:
        return DaskEngine(job, cluster.scheduler_address)

    result = run(source, tmp_path / "out", on_cluster)

    run(source, tmp_path / "expected", local())
    assert result.manifest.totals["failures"] == {"internal_error": 1, "worker_killed": 1}
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def test_dask_worker_that_is_killed_loses_no_document(tmp_path: Path, cluster: Any) -> None:
    source = write_reports(tmp_path / "in", 30)
    killed: list[int] = []

    class Killing(DaskEngine[Any]):
        def receive(self, seconds: float) -> list[Result[Any]]:
            results = super().receive(seconds)
            if results and not killed:
                (pid, *_) = self._client.run(os.getpid).values()
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)
            return results

    # The new worker of the cluster would not find a parser of the tests.
    run(source, tmp_path / "out", lambda job: Killing(job, cluster.scheduler_address), parser=parse_raw)

    run(source, tmp_path / "expected")
    assert killed
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def test_scheduler_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportparse.batch.daskengine._CONNECT_SECONDS", 0.5)
    source = write_reports(tmp_path / "in", 1)

    with pytest.raises(ReportParseError, match="this scheduler does not answer"):
        run(source, tmp_path / "out", lambda job: DaskEngine(job, "tcp://127.0.0.1:9"))
