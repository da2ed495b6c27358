"""Match keys: what of a label or heading is compared. A key is compared and thrown away, never shown."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters, digits and ideographs decide; white space, punctuation, symbols and markup signs do not.
_DROPPED_RE = re.compile(r"[\W_]+")
# A raised figure is the mark of a footnote.
_RAISED_RE = re.compile("[⁰¹²³⁴-⁹⁽⁾]++")


def without_space(words: str) -> str:
    """Words without their white space; splitting is faster than a pattern.

    Example:
        >>> without_space("总 体\\n情况")
        '总体情况'
    """
    return "".join(words.split())


@lru_cache(maxsize=8192)
def match_key(text: str) -> str:
    """The comparable part of a printed label: compatibility forms unified, punctuation and spaces dropped.

    Numbering stays, because it tells ``3.其他`` from the column ``其他``.

    Example:
        >>> match_key("（七） 总 计"), match_key("㈦总计"), match_key("1．属于国家秘密")
        ('七总计', '七总计', '1属于国家秘密')
    """
    if text.isascii() and text.isdecimal():
        return text
    return _DROPPED_RE.sub("", unicodedata.normalize("NFKC", _RAISED_RE.sub("", text))).lower()
