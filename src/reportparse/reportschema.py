"""The JSON Schema of a report: what ``Report.model_dump_json()`` and ``reportparse parse --format jsonl`` give."""

from __future__ import annotations

import json
from typing import Any

from .models import SCHEMA_VERSION, Report

# A file that could not be read gives these alone.
_ALWAYS = ["id", "source", "findings"]
_VALUE = {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]}


def report_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a report.

    Example:
        >>> schema = report_schema()
        >>> schema["required"], schema["$defs"]["Record"]["properties"]["certain"]["type"]
        (['id', 'source', 'findings'], 'boolean')
    """
    schema = Report.model_json_schema(mode="serialization")
    # A custom serializer hides the shape of this one.
    schema["$defs"]["Candidates"] = {
        "title": "Candidates",
        "oneOf": [
            _closed({"values": {"type": "array", "items": _VALUE}}),
            _closed({"min": _VALUE, "max": _VALUE}),
        ],
        "description": "The values that a doubtful cell may have: all of them, or their bounds where there are many.",
    }
    schema["properties"]["source_text"] = {"type": "string", "title": "Source Text"}
    schema["required"] = list(_ALWAYS)
    for part in (schema, *schema["$defs"].values()):
        if "description" in part:
            # The first paragraph; what follows is about Python.
            part["description"] = " ".join(part["description"].split("\n\n")[0].split())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"schema_version {SCHEMA_VERSION}",
        **schema,
    }


def report_schema_json() -> str:
    """The same as text.

    Example:
        >>> json.loads(report_schema_json())["title"]
        'Report'
    """
    return json.dumps(report_schema(), ensure_ascii=False, indent=1) + "\n"


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
