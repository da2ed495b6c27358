"""Every limit is documented with its default, and the message past it names it."""

import re
from dataclasses import fields

import pytest

from hostile.limits import files
from locations import ROOT
from reportparse.limits import Limits, exceeded, reached
from reportparse.spans import Span

PAGE = ROOT / "docs" / "reference" / "limits.md"
NAMES = [field.name for field in fields(Limits)]


def test_page_of_limits_lists_each_with_its_default() -> None:
    listed = re.findall(r"^\| `(max_\w+)` \| ([\d,]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)

    assert [(name, int(default.replace(",", ""))) for name, default in listed] == [
        (name, getattr(Limits(), name)) for name in NAMES
    ]


def test_each_limit_has_a_hostile_file_that_goes_over_it() -> None:
    lowered = {name for file in files() for name in NAMES if getattr(file.limits, name) < getattr(Limits(), name)}

    # An office program is not on every machine; the tests of its reader try this one.
    assert set(NAMES) - lowered == {"max_office_seconds"}


@pytest.mark.parametrize("name", NAMES)
def test_message_past_a_limit_names_the_limit_its_value_and_the_way_out(name: str) -> None:
    limits = Limits(**{name: 7})

    error = exceeded(limits, name, "it has 9", place="a.pdf")
    finding = reached(limits, name, "it has 9", [Span(1, 2)])

    assert str(error) == f"a.pdf: it has 9, more than the limit {name}=7; raise it with Limits({name}=...)"
    assert error.code == "limit_exceeded"
    assert finding.message == error.message
    assert (finding.code, finding.severity, finding.spans) == ("limit_reached", "warning", (Span(1, 2),))
