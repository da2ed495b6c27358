"""What a Word file holds, before it becomes text: paragraphs, and tables of cells that hold paragraphs again."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..office.packages import Relation


@dataclass(slots=True)
class Mark:
    """Something at a place inside of a paragraph: a picture or an object, or a link that ends at ``end``."""

    start: int
    relation: Relation
    end: int | None = None
    text: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(slots=True)
class Paragraph:
    """A printed paragraph; its text may hold line breaks, tabs and form feeds.

    ``node`` is its place in the file, see :class:`Nodes`.
    """

    node: int
    text: str
    is_heading: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Cell:
    """A cell as stored: ``down`` and ``across`` say whether it begins a merged cell, or belongs to the one before."""

    node: int
    columns: int = 1
    down: str = ""
    across: str = ""
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A row of cells, and how many columns stand empty before them."""

    before: int = 0
    is_head: bool = False
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table as stored."""

    rows: list[Row] = field(default_factory=list)

    @property
    def is_frame(self) -> bool:
        """Whether it only arranges what it holds: it has a single cell, or a table inside."""
        cells = [cell for row in self.rows for cell in row.cells]
        return len(cells) < 2 or any(isinstance(block, Table) for cell in cells for block in cell.blocks)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A place where a whole file of another format is to be read."""

    relation: Relation


Block = Paragraph | Table | Chunk


def texts_of(blocks: Iterable[Block]) -> Iterator[str]:
    """The texts of all paragraphs that print something, those in tables too."""
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from texts_of(cell.blocks)
        elif isinstance(block, Paragraph) and block.text.strip():
            yield block.text


class Nodes:
    """Elements that a result may point at, as a compact tree: a few bytes each, whatever the size of the file."""

    def __init__(self) -> None:
        self._parents = array("i")
        self._tags = array("i")
        self._numbers = array("i")
        self._names: dict[str, int] = {}

    def add(self, parent: int, name: str, number: int = 0) -> int:
        """Note an element by its parent, its name and its number among those of its name; -1 is no parent."""
        self._parents.append(parent)
        self._tags.append(self._names.setdefault(name, len(self._names)))
        self._numbers.append(number)
        return len(self._parents) - 1

    def path(self, node: int) -> str:
        """The path of an element, after the name of its part.

        Example:
            >>> nodes = Nodes()
            >>> body = nodes.add(nodes.add(nodes.add(-1, "word/document.xml!"), "w:document"), "w:body")
            >>> nodes.path(nodes.add(body, "w:p", 3))
            'word/document.xml!/w:document/w:body/w:p[3]'
        """
        names = list(self._names)
        steps = []
        while node >= 0:
            number = self._numbers[node]
            steps.append(names[self._tags[node]] + (f"[{number}]" if number else ""))
            node = self._parents[node]
        return "/".join(reversed(steps))
