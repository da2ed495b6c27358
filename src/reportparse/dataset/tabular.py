"""Tables that every data library takes: columns of plain Python or of Arrow, and Arrow for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

from ..errors import InputError
from ..formkeys import Language
from ..libraries import load_library
from .arrays import to_array, to_ordered
from .labelling import label_columns
from .pivot import By, Shown, widen
from .schemas import arrow_type

ColumnType = Literal[
    "string",
    "key",
    "int64",
    "int32",
    "float64",
    "bool",
    "decimal",
    "date",
    "strings",
    "decimals",
    "spans",
    "cells",
    "parts",
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``key`` is text that repeats.

    Attributes:
        name: Its name.
        type: One of the types that the tables of a dataset have.
        says: What it is.
        values: Plain values, or an Arrow array of them.
        label: What it is in Chinese, if that is known.
        order: The values in their order, for a ``key`` that has one.
        nullable: Whether a value may be missing.

    Example:
        >>> Column("year", "int64", "the year that is reported on", [2021, None]).says
        'the year that is reported on'
    """

    name: str
    type: ColumnType
    says: str
    values: Any
    label: str = ""
    order: tuple[str, ...] = ()
    nullable: bool = True


@dataclass(frozen=True, eq=False, repr=False)
class Frame:
    """A table that gives itself to pandas, polars, DuckDB and whatever else takes Arrow. It never changes.

    Nothing is turned into a float and no missing integer into NaN: what is not there is null. Keys that have an order,
    such as the rows of a form, are categories in that order.

    Attributes:
        columns: The columns, in order.
        reports: The reports that the rows are of, for :meth:`wide`; only frames of records have it.
        left_out: Documents that are in no row because they could not be read, as id and reason.

    Example:
        >>> frame = Frame([Column("year", "int64", "the year", [2021, None])])
        >>> frame.names, len(frame), frame["year"]
        (('year',), 2, (2021, None))
        >>> frame.to_pandas()["year"].isna().tolist()
        [False, True]
    """

    columns: Sequence[Column]
    reports: Frame | None = None
    left_out: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))

    @classmethod
    def from_arrow(
        cls, table: Any, *, reports: Frame | None = None, left_out: tuple[tuple[str, str], ...] = ()
    ) -> Frame:
        """A frame of an Arrow table whose columns have the types of a dataset.

        Example:
            >>> Frame.from_arrow(Frame([Column("year", "int64", "the year", [2021])]).to_arrow()).columns[0].says
            'the year'
        """
        columns = [_column(field, table[field.name]) for field in table.schema]
        return cls(columns, reports, left_out)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self._by_name)

    def __len__(self) -> int:
        return len(self.columns[0].values) if self.columns else 0

    def __getitem__(self, name: str) -> tuple[Any, ...]:
        return tuple(_plain(self._by_name[name].values))

    def __repr__(self) -> str:
        told = f"; {len(self.left_out)} documents left out" if self.left_out else ""
        return f"Frame({len(self)} rows: {', '.join(self.names)}{told})"

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """The rows as mappings, for small tables and people.

        Example:
            >>> list(Frame([Column("year", "int64", "the year", [2021])]).rows())
            [{'year': 2021}]
        """
        for values in zip(*(_plain(column.values) for column in self.columns), strict=True):
            yield dict(zip(self.names, values, strict=True))

    def details(self) -> Frame:
        """The rows that are no totals, so that a sum counts nothing twice.

        Raises:
            InputError: No column says which rows are totals.

        Example:
            >>> flags = Column("is_total", "bool", "whether it is a sum", [False, True])
            >>> frame = Frame([flags, Column("value", "int64", "the number", [3, 3])])
            >>> sum(frame.details()["value"])
            3
        """
        if "is_total" not in self._by_name:
            raise _unfit("details() needs the column is_total, which frames of records have")
        table = self.to_arrow()
        compute = load_library("pyarrow.compute")
        return Frame.from_arrow(table.filter(compute.invert(table["is_total"])), **self._beside)

    def labelled(self, language: Language) -> Frame:
        """The same with labels of the forms in place of the keys of tables, rows and columns.

        Args:
            language: ``zh`` for the official labels, those of the newest form that has a key; ``en`` for English ones,
                units among them.

        Raises:
            InputError: The frame is not about tables of a form.

        Example:
            >>> columns = [Column("table", "key", "a table", ["requests"]), Column("column", "key", "one", ["total"])]
            >>> Frame(columns).labelled("zh")["table"], Frame(columns).labelled("zh")["column"]
            (('三、收到和处理政府信息公开申请情况',), ('总计',))
        """
        if "table" not in self._by_name:
            raise _unfit("labelled() needs the column table, which frames of records and checks have")
        return Frame.from_arrow(label_columns(self.to_arrow(), language), left_out=self.left_out)

    def wide(
        self,
        by: By = "report",
        *,
        values: Shown = "value",
        states: bool = False,
        table: str | None = None,
        labels: Literal["key", "zh", "en"] = "key",
    ) -> Frame:
        """Records in wide form: a row a report, or a row a report and row of its tables.

        A number that is not there is null whether the cell is blank, in doubt or not printed; ``states=True`` puts
        beside each column ``<name>.state``, which says what it is: that of the record, ``doubtful``, ``missing`` (not
        printed), ``not_in_form``, or ``conflict`` where several records claim one cell.

        Args:
            by: ``report``: a row a report, those without any table too, and a column a cell, named
                ``table.row.column`` as in the codebook. ``row``: a row for each printed row of a table, and its cells
                in columns, such as one for each kind of applicant.
            values: What a cell shows: ``value``, ``state``, ``raw`` (as printed) or ``unit``.
            states: Put the state beside each column.
            table: The one table that is wanted, by its key.
            labels: What names columns, tables and rows: keys, or labels in Chinese or English.

        Returns:
            The columns stand in the order of the forms. Counts are integers; money, and columns in which a report
            prints a fraction, are decimals.

        Raises:
            InputError: This is no frame of records with keys.

        Example:
            >>> from reportparse import frames, parse_report
            >>> head = "\\t自然人\\t商业企业\\t科研机构\\t社会公益组织\\t法律服务机构\\t其他\\t总计"
            >>> rows = ["一、本年新收政府信息公开申请数量\\t4\\t0\\t0\\t0\\t0\\t\\t4", "（七）总计" + "\\t0" * 7]
            >>> report = parse_report("\\n".join([head, *rows]))
            >>> row = next(frames.records(report).wide("row", states=True).rows())
            >>> row["natural_person"], row["other_organization"], row["other_organization.state"]
            (4, None, 'blank')
        """
        if self.reports is None:
            raise _unfit("wide() is for frames of records with keys; choose labels with wide(labels=...)")
        records = self.to_arrow()
        if table is not None:
            compute = load_library("pyarrow.compute")
            records = records.filter(compute.equal(records["table"].cast("string"), table))
        language = None if labels == "key" else labels
        made = widen(records, self.reports.to_arrow(), by=by, shown=values, with_states=states, language=language)
        return Frame.from_arrow(made, left_out=self.left_out)

    def to_arrow(self) -> Any:
        """A ``pyarrow.Table`` whose fields carry their descriptions.

        Raises:
            MissingExtraError: pyarrow is not installed.

        Example:
            >>> Frame([Column("year", "int64", "the year", [2021])]).to_arrow().schema.field("year").metadata
            {b'description': b'the year'}
        """
        return self._arrow

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The Arrow PyCapsule interface, by which ``polars.DataFrame(frame)`` and others take the table."""
        return self._arrow.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        """The Arrow PyCapsule interface for the schema alone."""
        return self._arrow.schema.__arrow_c_schema__()

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` with nullable types: a missing integer stays missing and makes no float.

        Keys are categories, ordered where they have an order. Money and lists stay Arrow's own.

        Raises:
            MissingExtraError: pandas or pyarrow is not installed.

        Example:
            >>> Frame([Column("year", "int64", "the year", [2021, None])]).to_pandas().dtypes["year"]
            Int64Dtype()
        """
        pandas = load_library("pandas")
        pa = load_library("pyarrow")
        types = {
            pa.int64(): pandas.Int64Dtype(),
            pa.int32(): pandas.Int32Dtype(),
            pa.float64(): pandas.Float64Dtype(),
            pa.bool_(): pandas.BooleanDtype(),
            pa.string(): pandas.StringDtype("pyarrow"),
        }
        types |= {type_: pandas.ArrowDtype(type_) for name, type_ in _arrow_types().items() if name in _ARROW_ONLY}
        return self._arrow.to_pandas(types_mapper=types.get)

    def to_polars(self) -> Any:
        """A ``polars.DataFrame``; keys that have an order are of the type ``Enum``.

        Raises:
            MissingExtraError: polars or pyarrow is not installed.

        Example:
            >>> Frame([Column("year", "int64", "the year", [2021, None])]).to_polars()["year"].null_count()
            1
        """
        polars = load_library("polars")
        ordered = {column.name: polars.Enum(column.order) for column in self.columns if column.order}
        return polars.from_arrow(self._arrow).cast(ordered)

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def _arrow(self) -> Any:
        pa = load_library("pyarrow")
        arrays = [_array(column) for column in self.columns]
        fields = [
            pa.field(
                column.name,
                array.type,
                nullable=column.nullable,
                metadata={"description": column.says, **({"label": column.label} if column.label else {})},
            )
            for column, array in zip(self.columns, arrays, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=pa.schema(fields))

    @property
    def _beside(self) -> dict[str, Any]:
        return {"reports": self.reports, "left_out": self.left_out}


# Types that pandas has none of its own for.
_ARROW_ONLY = ("decimal", "date", "strings", "decimals", "spans", "cells", "parts")


def _arrow_types() -> dict[str, Any]:
    return {name: arrow_type(name) for name in get_args(ColumnType)}


def _column(field: Any, values: Any) -> Column:
    """A column of an Arrow table."""
    pa = load_library("pyarrow")
    told = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    is_key = pa.types.is_dictionary(field.type)
    order: tuple[str, ...] = ()
    if is_key and field.type.ordered:
        order = tuple(values.unify_dictionaries().combine_chunks().dictionary.to_pylist())
    name: Any = "key" if is_key else next(name for name, type_ in _arrow_types().items() if type_ == field.type)
    return Column(field.name, name, told.get("description", ""), values, told.get("label", ""), order, field.nullable)


def _array(column: Column) -> Any:
    """The values of a column as Arrow has them."""
    pa = load_library("pyarrow")
    values = column.values
    if not isinstance(values, pa.Array | pa.ChunkedArray):
        values = to_array(list(values), arrow_type(column.type))
    is_ready = not column.order or values.type.ordered
    return values if is_ready else to_ordered(values, column.order)


def _plain(values: Any) -> Sequence[Any]:
    """The values of a column as Python has them."""
    found: Sequence[Any] = values.to_pylist() if hasattr(values, "to_pylist") else values
    return found


def _unfit(message: str) -> InputError:
    return InputError(message, code="unfit_frame")
