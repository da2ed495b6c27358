"""The option ``--max``, by which a command reads more or less of a document than otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import click

from ..limits import DEFAULT_LIMITS, Limits

_PREFIX = "max_"


def _read_limits(context: click.Context, option: click.Parameter, settings: Sequence[str]) -> Limits:
    """The limits with those that were set, by their names with or without the prefix that all have."""
    names = [field.name.removeprefix(_PREFIX) for field in fields(Limits)]
    found: dict[str, int] = {}
    for setting in settings:
        name, _, number = setting.partition("=")
        name = name.removeprefix(_PREFIX)
        if name not in names or not number.isascii() or not number.isdecimal():
            raise click.BadParameter(f"{setting!r} is no NAME=NUMBER; names are {', '.join(names)}", context, option)
        found[_PREFIX + name] = int(number)
    return replace(DEFAULT_LIMITS, **found)


max_option = click.option(
    "--max",
    "limits",
    metavar="NAME=NUMBER",
    multiple=True,
    callback=_read_limits,
    help="Read more or less of a document than otherwise, as in pages=800; may be given several times.",
)


def _refuse(context: click.Context, option: click.Parameter, given: str | None) -> None:
    if given is not None:
        message = f"--limit counts the documents of a batch; what is read of a document is bounded by --max {given}"
        raise click.UsageError(message, context)


# What ``--max`` was called where there is no number of documents; it says so to those who still know it.
refused_limit_option = click.option("--limit", hidden=True, expose_value=False, callback=_refuse)


class DocumentCount(click.IntRange):
    """How many documents are taken; who means to bound what is read of each is told the option for it."""

    def __init__(self) -> None:
        super().__init__(min=1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        if isinstance(value, str) and "=" in value:
            self.fail(f"{value!r} is no number of documents; what is read of each is bounded by --max {value}")
        return super().convert(value, param, ctx)
