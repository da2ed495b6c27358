"""A run that goes on from a complete dataset, whatever has happened to that."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from batches import files, options, report, run, write_reports
from reportparse.batch import delivery, runs
from reportparse.batch.corpus import Inputs
from reportparse.batch.driver import plan_batch
from reportparse.batch.runs import Format
from reportparse.batch.stores import LocalStore, UrlStore
from reportparse.errors import ExportError

pyarrow = pytest.importorskip("pyarrow", reason="datasets need the extra frames")
parquet = pytest.importorskip("pyarrow.parquet")


class StopError(Exception):
    """Ends a run on the way."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_reports(tmp_path / "in", 12)


@pytest.mark.parametrize("format_", ["parquet", "jsonl"])
@pytest.mark.parametrize("at", ["", "local://"])
@pytest.mark.parametrize("moves", [0, 1, 2])
def test_run_that_was_stopped_while_it_set_a_dataset_aside_goes_on(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, format_: str, moves: int
) -> None:
    from batches import Heard

    if at:
        pytest.importorskip("fsspec")
    out, store = f"{at}{tmp_path}/out", UrlStore if at else LocalStore
    run(source, out, format=format_)
    write_reports(source, 17)
    left, move = [moves], store.move

    def move_some(self: Any, name: str, target: str) -> None:
        if not left[0]:
            raise StopError
        left[0] -= 1
        move(self, name, target)

    with monkeypatch.context() as patch:
        patch.setattr(store, "move", move_some)
        with pytest.raises(StopError):
            run(source, out, format=format_)

    plan = plan_batch(Inputs((str(source),)), out, options(format=format_), Heard())
    result = run(source, out, format=format_)

    run(source, tmp_path / "expected", format=format_)
    assert plan == (17, 17)
    assert (result.parsed, result.taken) == (0, 17)
    assert files(tmp_path / "out") == files(tmp_path / "expected")


@pytest.mark.parametrize("format_", ["parquet", "jsonl"])
@pytest.mark.parametrize("is_cut", [False, True])
def test_dataset_that_lacks_a_part_is_made_again(source: Path, tmp_path: Path, format_: str, is_cut: bool) -> None:
    run(source, tmp_path / "out", format=format_)
    expected = files(tmp_path / "out")
    part = next((tmp_path / "out" / "reports").iterdir())
    part.unlink()
    if is_cut:
        part.write_bytes(b"PAR1")

    result = run(source, tmp_path / "out", format=format_)

    assert result.parsed == 12
    assert files(tmp_path / "out") == expected


@pytest.mark.parametrize(
    ("format_", "table", "place"),
    [("parquet", "reports", -40), ("parquet", "records", 200), ("jsonl", "reports", 0), ("jsonl", "documents", 3)],
)
def test_damaged_part_of_a_dataset_is_named_with_what_to_do(
    source: Path, tmp_path: Path, format_: str, table: str, place: int
) -> None:
    run(source, tmp_path / "out", format=format_)
    write_reports(source, 17)
    name = next((tmp_path / "out" / table).iterdir()).name
    part = tmp_path / "out" / table / name
    data = bytearray(part.read_bytes())
    end = place + 30
    data[place:end] = b"\xff" * 30
    part.write_bytes(data)

    with pytest.raises(ExportError, match="this part is damaged; delete it and run again") as caught:
        run(source, tmp_path / "out", format=format_)

    Path(caught.value.place).unlink()
    result = run(source, tmp_path / "out", format=format_)
    run(source, tmp_path / "expected", format=format_)
    assert Path(caught.value.place).name == name
    assert result.taken in (0, 5)
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def test_footer_of_a_part_is_read_as_often_however_many_groups_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    opened = parquet.ParquetFile

    def counted(source: Any, metadata: Any = None) -> Any:
        if metadata is None and hasattr(source, "name"):
            read.append(source.name)
        return opened(source, metadata=metadata)

    def footers(blocks: int) -> int:
        source, out = write_reports(tmp_path / str(blocks), 3 * blocks), tmp_path / f"out{blocks}"
        monkeypatch.setattr("reportparse.batch.driver.BLOCK_DOCUMENTS", 3)
        run(source, out)
        assert parquet.ParquetFile(out / "records" / "part-00000.parquet").num_row_groups >= blocks
        write_reports(source, 3 * blocks + 1)
        read.clear()
        with monkeypatch.context() as patch:
            patch.setattr(parquet, "ParquetFile", counted)
            run(source, out)
        return len(read)

    assert 0 < footers(4) == footers(9)


def test_characters_that_end_lines_elsewhere_end_none(source: Path, tmp_path: Path) -> None:
    (source / "0" / "a\u2028b\x85c.txt").write_bytes(report(50))
    run(source, tmp_path / "out", format="jsonl")
    write_reports(source, 14)

    result = run(source, tmp_path / "out", format="jsonl")

    run(source, tmp_path / "expected", format="jsonl")
    assert (result.parsed, result.taken) == (2, 13)
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def test_tables_of_another_pyarrow_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_reports(tmp_path / "in", 3)
    formats: tuple[Format, ...] = ("parquet", "jsonl")
    for format_ in formats:
        run(source, tmp_path / format_, format=format_)
    monkeypatch.setattr(runs, "version", lambda name: "0" if name == "pyarrow" else version(name))
    runs._versions.cache_clear()
    delivery._refuse_other_versions.cache_clear()
    try:
        assert [run(source, tmp_path / format_, format=format_).parsed for format_ in formats] == [3, 0]
    finally:
        runs._versions.cache_clear()
        delivery._refuse_other_versions.cache_clear()
