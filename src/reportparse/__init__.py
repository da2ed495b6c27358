"""Read Chinese annual reports on open government information into typed, checked records.

Example:
    >>> from reportparse import parse_report
    >>> report = parse_report("某市水务局2021年政府信息公开工作年度报告\\n一、总体情况\\n全年公开信息12条。")
    >>> report.authority, report.year
    ('某市水务局', 2021)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .archives.documents import iter_documents
    from .batch.many import parse_many
    from .compare.years import check_years
    from .document import RawDocument
    from .errors import ReportParseError
    from .files import read_report
    from .forms import load_form
    from .judgement.checks import check_report
    from .limits import Limits
    from .models import Finding, Report
    from .options import ParseOptions
    from .pipeline import parse_report
    from .spans import Span
    from .text.normalize import normalize_text

__all__ = [
    "Finding",
    "Limits",
    "ParseOptions",
    "RawDocument",
    "Report",
    "ReportParseError",
    "Span",
    "check_report",
    "check_years",
    "iter_documents",
    "load_form",
    "normalize_text",
    "parse_many",
    "parse_report",
    "read_report",
]

# The module of each name: a module is imported when a name of it is first asked for.
_HOMES = {
    "Finding": "models",
    "Limits": "limits",
    "ParseOptions": "options",
    "RawDocument": "document",
    "Report": "models",
    "ReportParseError": "errors",
    "Span": "spans",
    "check_report": "checks",
    "check_years": "years",
    "iter_documents": "archives",
    "load_form": "forms",
    "normalize_text": "normalize",
    "parse_many": "many",
    "parse_report": "pipeline",
    "read_report": "files",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
