"""The exceptions of reportparse, all in one place.

An odd document is a finding, never an exception. These are raised for a caller's mistake, for input
that cannot be read at all, or for a broken installation::

    ReportParseError(Exception)            code, message, place
    ├── InputError(ValueError)             empty, unreadable, not a format that is read
    ├── FormDataError                      a packaged data file breaks its schema
    │   └── UnknownFormError(LookupError)  no such form; the message lists those there are
    ├── CrosswalkError(ValueError)         variables that must not be joined, or that no form has
    ├── ExportError                        a file could not be written whole
    └── MissingExtraError(ImportError)     names the extra to install
"""

from __future__ import annotations

from typing import Any


class ReportParseError(Exception):
    """Base of every exception that reportparse raises on purpose.

    Args:
        message: What was found, and what to do about it.
        code: A stable slug such as ``"empty_input"``.
        place: Where it was found: a path, an argument name, a data file.

    Example:
        >>> str(ReportParseError("nothing to read", code="empty_input", place="a.txt"))
        'a.txt: nothing to read'
    """

    def __init__(self, message: str, *, code: str, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        # The way of Exception calls the class with the message alone; errors travel between processes.
        return _rebuilt, (type(self), self.message, self.code, self.place)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def _rebuilt(kind: type[ReportParseError], message: str, code: str, place: str) -> ReportParseError:
    return kind(message, code=code, place=place)


class InputError(ReportParseError, ValueError):
    """The input cannot be read as a document: empty, missing, a folder, binary, too large.

    Example:
        >>> from reportparse import parse_report
        >>> try:
        ...     parse_report("")
        ... except InputError as error:
        ...     print(error.code)
        empty_input
    """


class FormDataError(ReportParseError):
    """A packaged data file is missing or breaks its schema.

    Example:
        >>> from reportparse.resources import read_text
        >>> try:
        ...     read_text("forms/2008.json")
        ... except FormDataError as error:
        ...     print(error.code, error.place)
        data_file_missing data/forms/2008.json
    """


class UnknownFormError(FormDataError, LookupError):
    """There is no form of that key.

    Example:
        >>> from reportparse import load_form
        >>> try:
        ...     load_form("2008")
        ... except UnknownFormError as error:
        ...     print(error)
        '2008': no such form; there are 2014, 2019, 2021
    """


class CrosswalkError(ReportParseError, ValueError):
    """Variables that must not be joined over the forms, or that no form has.

    Example:
        >>> from reportparse.compare.crosswalk import join_series
        >>> try:
        ...     join_series("received", ["requests.received"])
        ... except CrosswalkError as error:
        ...     print(error.code)
        unknown_variable
    """


class ExportError(ReportParseError):
    """An output file could not be written whole.

    Example:
        >>> from reportparse.export import write_text
        >>> try:
        ...     write_text("no/such/folder/a.csv", "")
        ... except ExportError as error:
        ...     print(error.code)
        not_written
    """


class MissingExtraError(ReportParseError, ImportError):
    """An optional library is needed; the message names the extra that brings it.

    Example:
        >>> isinstance(MissingExtraError("install it", code="extra_missing"), ImportError)
        True
    """


def internal_error(error: Exception, hint: str = "") -> ReportParseError:
    """An error of ours, told like any other, so that it costs the user one document only.

    Example:
        >>> internal_error(ValueError("broken"), "; --debug shows where").message
        'internal error, ValueError: broken; --debug shows where; please report it'
    """
    message = f"internal error, {type(error).__name__}: {error}{hint}; please report it"
    return ReportParseError(message, code="internal_error")
