"""Lets the documentation site show the section ``Example:`` of a docstring as code, as it does ``Examples:``."""

import re
from typing import Any

import griffe

_HEAD_RE = re.compile(r"^(\s*)Example:$", re.MULTILINE)


class ExampleSections(griffe.Extension):
    """Renames the section before the docstring is read."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for every object that the site documents."""
        if obj.docstring is not None:
            obj.docstring.value = _HEAD_RE.sub(r"\1Examples:", obj.docstring.value)
