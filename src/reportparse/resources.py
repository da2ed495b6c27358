"""The one reader of packaged data files. What it returns is cached and must not be changed."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from .errors import FormDataError


@cache
def read_text(name: str) -> str:
    """The text of the packaged data file ``name``, such as ``"forms/2019.json"``.

    Raises:
        FormDataError: The installation lacks the file.
    """
    try:
        return (files("reportparse") / "data").joinpath(*name.split("/")).read_text("utf-8")
    except OSError as error:
        raise FormDataError(
            "this data file is missing from the installed package; install reportparse again",
            code="data_file_missing",
            place=f"data/{name}",
        ) from error


@cache
def read_json(name: str) -> Any:
    """The packaged JSON file ``name``, parsed."""
    try:
        return json.loads(read_text(name))
    except json.JSONDecodeError as error:
        raise FormDataError(f"not valid JSON: {error}", code="data_file_broken", place=f"data/{name}") from error


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the packaged tab-separated file ``name``; empty lines are passed over."""
    return tuple(tuple(line.split("\t")) for line in read_text(name).splitlines() if line.strip())


@cache
def list_names(folder: str, ending: str) -> tuple[str, ...]:
    """The names, without ``ending``, of the packaged files of a folder, sorted."""
    entries = (files("reportparse") / "data" / folder).iterdir()
    return tuple(sorted(entry.name.removesuffix(ending) for entry in entries if entry.name.endswith(ending)))
