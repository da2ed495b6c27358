"""Read Chinese annual reports on open government information into typed, checked records.

Example:
    >>> from reportparse import parse_report
    >>> report = parse_report("某市水务局2021年政府信息公开工作年度报告\\n一、总体情况\\n全年公开信息12条。")
    >>> report.authority, report.year
    ('某市水务局', 2021)
"""

from __future__ import annotations

__version__ = "0.1.0"

from .archives import iter_documents
from .checks import check_report
from .document import RawDocument
from .errors import ReportParseError
from .files import read_report
from .forms import load_form
from .limits import Limits
from .many import parse_many
from .models import Finding, Report
from .normalize import normalize_text
from .options import ParseOptions
from .pipeline import parse_report
from .spans import Span

__all__ = [
    "Finding",
    "Limits",
    "ParseOptions",
    "RawDocument",
    "Report",
    "ReportParseError",
    "Span",
    "check_report",
    "iter_documents",
    "load_form",
    "normalize_text",
    "parse_many",
    "parse_report",
    "read_report",
]
