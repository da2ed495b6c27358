"""Optional libraries: loaded where they are needed, and named with their extra where they are not there."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import MissingExtraError


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
