"""``parse_many``: many documents to reports, on all cores, in the order given, without holding more than a few."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

from ..archives.documents import holds_documents, iter_documents
from ..document import RawDocument
from ..errors import InputError
from ..models import Report
from ..options import ParseOptions
from .corpus import in_chunks
from .guards import Guard
from .work import Chunk, Item, Job, Outcome, Parse, parse_raw, stand_in

Document = str | os.PathLike[str] | bytes | RawDocument

# Small, so that the first report comes soon; sending a chunk costs far less than parsing it.
_CHUNK_DOCUMENTS = 8
_CHUNK_BYTES = 4_000_000
# How many documents for each worker may be under way or wait for one before them.
_AHEAD_PER_WORKER = 8 * _CHUNK_DOCUMENTS


def parse_many(
    sources: Iterable[Document],
    *,
    workers: int | None = None,
    options: ParseOptions | None = None,
    guard: Guard | None = None,
    parser: Parse = parse_raw,
) -> Iterator[Report]:
    """Parse many documents by processes of this machine, and yield their reports in the order of the documents.

    One bad document stops nothing: a report that has only ``id``, ``source`` and ``findings`` stands for it, as
    ``reportparse parse --format json`` gives one. Sources are taken as they are needed and reports are not kept, so
    memory stays flat. In a script, call it from under ``if __name__ == "__main__":``.

    Args:
        sources: Paths of documents, archives or folders, bytes, or raw documents as ``iter_documents`` gives them. A
            path of an archive or a folder gives a report for each document in it.
        workers: How many processes; one per core if not given.
        options: The options of each parse.
        guard: How long a document may take, and how much memory.
        parser: What parses; a function at the top of a module, so that workers can import it.

    Example:
        >>> documents = ["<h1>某市</h1>".encode(), RawDocument("empty.txt")]
        >>> [(report.id, report.findings[0].code) for report in parse_many(documents, workers=1)]
        [('881af70377db', 'not_a_report'), ('empty', 'empty_input')]
    """
    # Imported here, so that those who parse one report do not wait for what starts processes.
    from .engines import LocalEngine, cores, stream

    options, count_ = options or ParseOptions(), workers or cores()
    job = Job(_reports, options, guard or Guard(), parser)
    engine = LocalEngine(job, count_)
    arrived: dict[int, Report] = {}
    following = 0
    chunks = _Chunks(sources, options)

    def may_send() -> bool:
        return chunks.sent - following < _AHEAD_PER_WORKER * count_

    try:
        for results in stream(engine, chunks, may_send):
            for result in results:
                arrived |= zip((item.position for item in result.chunk.items), result.value, strict=True)
            while following in arrived:
                yield arrived.pop(following)
                following += 1
    finally:
        engine.close()


class _Chunks:
    """Sources in chunks, and how many documents were sent."""

    def __init__(self, sources: Iterable[Document], options: ParseOptions) -> None:
        self._items = _items(sources, options)
        self.sent = 0

    def __iter__(self) -> Iterator[Chunk]:
        for items in in_chunks(self._items, _CHUNK_DOCUMENTS, _CHUNK_BYTES):
            self.sent += len(items)
            yield Chunk(items)


def _reports(outcomes: Sequence[Outcome]) -> list[Report]:
    return [outcome.report or stand_in(outcome) for outcome in outcomes]


def _items(sources: Iterable[Document], options: ParseOptions) -> Iterator[Item]:
    positions = count()
    for source in sources:
        if isinstance(source, RawDocument):
            yield Item(next(positions), source)
        elif isinstance(source, bytes):
            yield Item(next(positions), RawDocument("", source))
        elif isinstance(source, str | os.PathLike):
            for raw, path in _of_path(Path(source), options):
                yield Item(next(positions), raw, path)
        else:
            told = f"cannot read a {type(source).__name__}; hand over paths, bytes or raw documents"
            raise InputError(told, code="unreadable_type", place="sources")


def _of_path(path: Path, options: ParseOptions) -> Iterator[tuple[RawDocument, str | None]]:
    if holds_documents(path):
        with iter_documents(path, limits=options.limits) as documents:
            yield from ((raw, None) for raw in documents)
    else:
        yield RawDocument(path.name), str(path)
