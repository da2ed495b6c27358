"""Small tables that every data library takes: columns in plain Python, and Arrow as soon as someone asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from ..errors import MissingExtraError

ColumnType = Literal["string", "key", "int64", "float64", "bool", "decimal"]

_DECIMAL = (38, 9)  # digits in all and after the point, as in the tables of a dataset


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``key`` is text that repeats. ``says`` describes it.

    Example:
        >>> Column("year", "int64", "the year that is reported on", [2021, None]).says
        'the year that is reported on'
    """

    name: str
    type: ColumnType
    says: str
    values: Sequence[Any]


class Frame:
    """A table that gives itself to pandas, polars, DuckDB and whatever else takes Arrow.

    Nothing is turned into a float and no missing integer into NaN: what is not there is null.

    Example:
        >>> frame = Frame([Column("year", "int64", "the year", [2021, None])])
        >>> frame.names, len(frame), frame["year"]
        (('year',), 2, (2021, None))
        >>> frame.to_pandas()["year"].isna().tolist()
        [False, True]
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self._by_name = {column.name: column for column in columns}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self._by_name)

    def __len__(self) -> int:
        return len(self.columns[0].values) if self.columns else 0

    def __getitem__(self, name: str) -> tuple[Any, ...]:
        return tuple(self._by_name[name].values)

    def __repr__(self) -> str:
        return f"Frame({len(self)} rows: {', '.join(self.names)})"

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """The rows as mappings, for small tables and people.

        Example:
            >>> list(Frame([Column("year", "int64", "the year", [2021])]).rows())
            [{'year': 2021}]
        """
        for values in zip(*(column.values for column in self.columns), strict=True):
            yield dict(zip(self.names, values, strict=True))

    def to_arrow(self) -> Any:
        """A ``pyarrow.Table`` whose fields carry their descriptions.

        Raises:
            MissingExtraError: pyarrow is not installed.

        Example:
            >>> Frame([Column("year", "int64", "the year", [2021])]).to_arrow().schema.field("year").metadata
            {b'description': b'the year'}
        """
        pa = load_library("pyarrow")
        types = {
            "string": pa.string(),
            "key": pa.dictionary(pa.int32(), pa.string()),
            "int64": pa.int64(),
            "float64": pa.float64(),
            "bool": pa.bool_(),
            "decimal": pa.decimal128(*_DECIMAL),
        }
        fields = [pa.field(c.name, types[c.type], metadata={"description": c.says}) for c in self.columns]
        arrays = [
            pa.array(_encodable(c) if c.type in ("string", "key") else c.values, types[c.type]) for c in self.columns
        ]
        return pa.Table.from_arrays(arrays, schema=pa.schema(fields))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The Arrow PyCapsule interface, by which ``polars.DataFrame(frame)`` and others take the table."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` with nullable types: a missing integer stays missing and makes no float.

        Raises:
            MissingExtraError: pandas or pyarrow is not installed.
        """
        pandas = load_library("pandas")
        pa = load_library("pyarrow")
        types = {
            pa.int64(): pandas.Int64Dtype(),
            pa.float64(): pandas.Float64Dtype(),
            pa.bool_(): pandas.BooleanDtype(),
            pa.string(): pandas.StringDtype(),
        }
        return self.to_arrow().to_pandas(types_mapper=types.get)

    def to_polars(self) -> Any:
        """A ``polars.DataFrame``.

        Raises:
            MissingExtraError: polars or pyarrow is not installed.

        Example:
            >>> Frame([Column("year", "int64", "the year", [2021, None])]).to_polars()["year"].null_count()
            1
        """
        return load_library("polars").from_arrow(self.to_arrow())


def _encodable(column: Column) -> Sequence[Any]:
    """Text without the halves of surrogate pairs that file names may hold and UTF-8 lacks."""
    return [value and value.encode("utf-8", "replace").decode("utf-8") for value in column.values]


def load_library(name: str, extra: str = "frames") -> Any:
    """An optional library.

    Args:
        name: The module, such as ``pyarrow.parquet``.
        extra: The extra that brings it or needs it.

    Raises:
        MissingExtraError: It is not installed.

    Example:
        >>> load_library("no_such_library")
        Traceback (most recent call last):
        ...
        reportparse.errors.MissingExtraError: no_such_library: this needs no_such_library; install ...
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            f"this needs {name}; install reportparse[{extra}], and {name} if it is not part of it",
            code="extra_missing",
            place=name,
        ) from error
