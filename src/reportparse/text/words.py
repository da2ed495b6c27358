"""What each text of a document is: its match key, what it names, whether it can be all that a cell holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

from .keys import match_key
from .labels import NO_LABEL, Refs, label_index
from .values import is_value_token


class Word(NamedTuple):
    """A printed text without white space at its edges.

    Attributes:
        text: The text.
        key: Its match key.
        is_value: Whether it can be all that a value cell holds.
        refs: What it names, if it is a label.
    """

    text: str
    key: str = ""
    is_value: bool = False
    refs: Refs = NO_LABEL


# Makes a word of a tuple, which takes half the time of calling the class.
_made: Callable[[tuple[str, str, bool, Refs]], Word] = partial(tuple.__new__, Word)

# A longer text is no label.
MAX_REMEMBERED = 80


class Words(dict[str, Word]):
    """The texts of one document, each looked at once: tables print the same numbers and blanks again and again.

    Example:
        >>> words = Words()
        >>> words[" 1,234 "][:3], words["（七）总计"].refs[0].key
        (('1,234', '1234', True), 'results.total')
    """

    def __init__(self) -> None:
        super().__init__()
        self.index = label_index()

    def __missing__(self, printed: str) -> Word:
        text = printed.strip()
        if text.isdecimal() and text.isascii():
            word = _made((text, text, True, NO_LABEL))  # a number is no label
        elif len(text) <= MAX_REMEMBERED:
            word = _remembered(text)
        else:
            word = _look_at(text)
        self[printed] = word
        return word


def _look_at(text: str) -> Word:
    key = match_key(text)
    return _made((text, key, is_value_token(text), label_index().find(key)))


# Reports print the same labels: these are looked at once for many documents.
_remembered = lru_cache(maxsize=4096)(_look_at)
