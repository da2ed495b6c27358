"""What each text of a document is: its match key, what it names, whether it can be all that a cell holds."""

from __future__ import annotations

from typing import NamedTuple

from .keys import match_key
from .labels import LabelRef, label_index
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
    refs: tuple[LabelRef, ...] = ()


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
            word = Word(text, text, True, ())  # a number is no label
        else:
            key = match_key(text)
            word = Word(text, key, is_value_token(text), self.index.find(key))
        self[printed] = word
        return word
