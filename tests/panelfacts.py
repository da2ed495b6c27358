"""Facts of invented reports, for the tests of panels."""

from collections.abc import Mapping
from decimal import Decimal

from reportparse.compare.crosswalk import Place
from reportparse.compare.measure import Facts, Printed
from reportparse.models import Value

TOTAL = "requests.new_requests.total"
FEES = "article_20_8.administrative_fees.fees_collected"


def place(key: str) -> Place:
    table, rest = key.split(".", 1)
    row, column = rest.rsplit(".", 1)
    return table, row, column


def printed(value: Value | str | None, unit: str | None = None) -> Printed:
    """A number; the name of a state; or None for a cell in doubt."""
    if value is None:
        return Printed(None, None, False)
    return Printed(None, value, True) if isinstance(value, str) else Printed(value, "value", True, unit)


def facts(
    authority: str | None,
    year: int | None,
    values: Mapping[str, Value | str | None] | None = None,
    *,
    id: str | None = None,
    form: str | None = "2021",
    date: str | None = None,
    failed: int = 0,
) -> Facts:
    given = values or {TOTAL: 3, FEES: Decimal("1.5")}
    cells = {place(key): printed(value, "万元" if key == FEES else "件") for key, value in given.items()}
    name = id or f"{authority}-{year}"
    return Facts(name, authority, year, form, date, name, cells, failed)
