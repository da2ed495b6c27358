"""Patterns that find many words in a text at about the speed of a scan.

Both look at two characters of a place before they look for a word, because most places end there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# Words are searched in groups of this many first characters: measured, a long list of branches is slower.
_BRANCH_SIZE = 32


def each_of(words: Iterable[str]) -> str:
    """A pattern for every place where a word begins, also inside or across another one.

    It matches the first character, and nothing but looks at the rest: group 1 and group 2. Where several words begin
    at one place it tells the longest. It begins with a class of characters, so a search runs like a scan.

    Example:
        >>> re.findall(each_of(["收费", "费", "费用"]), "收费用")
        [('收', '费'), ('费', '用')]
    """
    ordered = sorted(words, key=len, reverse=True)
    longer = [word for word in ordered if len(word) > 1]
    rests = "|".join(f"{re.escape(word[1:])}(?<={re.escape(word)})" for word in ordered)
    guards = [f"(?={_class_at(1, longer)})"] if longer else []
    if single := [word for word in ordered if len(word) == 1]:
        guards.append(f"(?<={_class_at(0, single)})")
    return f"({_class_at(0, ordered)})(?:{'|'.join(guards)})(?=({rests}))"


def longest_of(words: Sequence[str]) -> str:
    """A pattern that matches a word of two characters or more, the longest that begins at its place.

    Example:
        >>> re.findall(longest_of(["网路", "网路上", "网际网路"]), "网际网路和网路上网")
        ['网际网路', '网路上']
    """
    heads = sorted({word[0] for word in words})
    branches = []
    for start in range(0, len(heads), _BRANCH_SIZE):
        group = set(heads[start : start + _BRANCH_SIZE])
        members = [word for word in words if word[0] in group]
        branches.append(_guard(members) + _trie_pattern(members))
    return f"{_guard(words)}(?:{'|'.join(branches)})"


def _guard(words: Iterable[str]) -> str:
    return f"(?={_class_at(0, words)}{_class_at(1, words)})"


def _class_at(place: int, words: Iterable[str]) -> str:
    return f"[{re.escape(''.join(sorted({word[place] for word in words})))}]"


def _trie_pattern(words: Iterable[str]) -> str:
    """A pattern that matches the longest of the words; branches part at their first character, so it never looks back.

    Example:
        >>> _trie_pattern(["网路", "网路上", "网际网路"])
        '网(?:路(?:上)?|际网路)'
    """
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(word[0], []).append(word[1:])
    branches = []
    for head, tails in sorted(heads.items()):
        longer = [tail for tail in tails if tail]
        rest = _trie_pattern(longer) if longer else ""
        if rest and len(longer) < len(tails):
            rest = f"(?:{rest})?"
        branches.append(re.escape(head) + rest)
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
