"""How a worker keeps small what it imports."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType


class _Refused(MetaPathFinder):
    """Says of a module that it is not installed."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Refuse the one, and leave the others to those who find them."""
        if fullname == self._name:
            raise ModuleNotFoundError(f"{fullname} is not used here", name=fullname)


def keep_small() -> None:
    """Keep pyarrow, when it is imported, from what a worker has no use for.

    It imports pandas where that is installed, 50 MB, to ask of each list whether it is one of its series. Its own
    allocators hold on to what they were given once, and one of them starts a thread; so does NumPy, which it imports
    too, for each core.
    """
    if not any(isinstance(finder, _Refused) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Refused("pandas"))
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
