"""The bytes of a fuzzer as choices, so that it can write documents that get past the first look at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_Option = TypeVar("_Option")


class Choices:
    """Reads one choice after another from some bytes; where they end, every choice is the first one.

    Example:
        >>> choices = Choices(bytes([2, 5]))
        >>> choices.pick("abc"), choices.number(4), choices.pick("abc"), bool(choices)
        ('c', 1, 'a', False)
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def __bool__(self) -> bool:
        return self._place < len(self._data)

    def number(self, below: int) -> int:
        """A number from 0 up to ``below``, of one byte, or of two where one is not enough."""
        value = 0
        for _ in range(1 if below <= 256 else 2):
            value = value << 8 | (self._data[self._place] if self else 0)
            self._place += 1
        return value % below

    def pick(self, options: Sequence[_Option]) -> _Option:
        """One of some options."""
        return options[self.number(len(options))]

    def raw(self, most: int = 12) -> bytes:
        """Some of the bytes as they are."""
        size = self.number(most + 1)
        piece = self._data[self._place : self._place + size]
        self._place += size
        return piece

    def text(self, most: int = 12) -> str:
        """Some of the bytes as characters."""
        return self.raw(most).decode("utf-8", "surrogateescape")

    def rest(self) -> bytes:
        """All that was not read yet."""
        piece, self._place = self._data[self._place :], len(self._data)
        return piece
