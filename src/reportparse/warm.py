"""What the server of workers imports before it forks them: a new worker then parses and writes at once.

Nothing here starts a thread, which a fork would not survive.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from .dataset import load_arrow
from .errors import MissingExtraError
from .pipeline import parse_report

# Enough to load the forms, the labels and the tables of characters.
_SAMPLE = "某市水務局2021年政府信息公開工作年度報告\n一、總體情況\n三、收到和處理政府信息公開申請情況\n（七）總計\n0\n"


def keep_small() -> None:
    """Keep pyarrow, when it is imported, from what a worker has no use for.

    It imports pandas where that is installed, 50 MB, to ask of each list whether it is one of its series. Its own
    allocators hold on to what they were given once, and one of them starts a thread; so does NumPy, which it imports
    too, for each core.
    """
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def warm_up() -> None:
    """Load what every worker needs."""
    keep_small()
    parse_report(_SAMPLE)
    with suppress(MissingExtraError):
        load_arrow()
