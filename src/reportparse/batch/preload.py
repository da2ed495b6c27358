"""What the server of workers imports before it forks them: a new worker then parses and writes at once.

The server imports modules and calls nothing, so the work is done by the import. Nothing here starts a thread, which a
fork would not survive.
"""

from __future__ import annotations

from contextlib import suppress

from ..errors import MissingExtraError
from ..frames import to_tables
from ..options import ParseOptions
from ..pipeline import parse_report
from .frugal import keep_small
from .runs import describe_run

# Enough to load the forms, the labels and the tables of characters.
_SAMPLE = "某市水務局2021年政府信息公開工作年度報告\n一、總體情況\n三、收到和處理政府信息公開申請情況\n（七）總計\n0\n"

keep_small()
describe_run("parquet", ParseOptions())
with suppress(MissingExtraError):
    to_tables(parse_report(_SAMPLE))
