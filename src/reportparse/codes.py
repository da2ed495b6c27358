"""What each code of a finding or an error means, gives an example of it, and says what to do; English and Chinese.

``data/findings.json`` is the one place where that is written. The pages that are made here are Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

from .errors import InputError
from .resources import read_json

Language = Literal["en", "zh"]

_FILE = "findings.json"
_LINK_RE = re.compile(r"\[([^]]+)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a finding or an error.

    Attributes:
        code: The stable slug.
        group: Key of the group that it belongs to; ``errors`` holds those of exceptions and failures.
        severities: Those that a finding of this code may have; empty for an error.
        exception: The class of the error that is raised; None for a finding, and for a failure in a batch.
        words: What it means (``says``) and what to do (``do``), by language.
        example: Lines of Python that give it.
        message: What the example tells; ``...`` stands for what differs between machines.
        needs: What the example cannot run without, beside the extras.
        isolated: Whether the example changes its process, and so must have one of its own.

    Example:
        >>> code = find_code("table_missing")
        >>> code.severities, code.words["zh"]["do"][:7]
        (('warning',), '看原网页：表格')
    """

    code: str
    group: str
    severities: tuple[str, ...]
    exception: str | None
    words: Mapping[str, Mapping[str, str]]
    example: tuple[str, ...]
    message: str
    needs: str | None = None
    isolated: bool = False


def codes() -> tuple[Code, ...]:
    """All codes, in the order of the reference.

    Example:
        >>> [code.code for code in codes() if code.group == "archives"]
        ['archive_stopped', 'archive_damaged', 'member_name_unsafe']
    """
    return tuple(_codes().values())


def find_code(key: str) -> Code:
    """What is known of one code.

    Raises:
        InputError: There is no such code.

    Example:
        >>> find_code("empty_input").exception
        'InputError'
    """
    if key not in _codes():
        message = "there is no such code; `reportparse findings` lists them"
        raise InputError(message, code="unknown_code", place=repr(key))
    return _codes()[key]


def advice(key: str, language: Language = "en") -> str:
    """What to do about a code; nothing of one that this version does not know, as in a report of a newer one.

    Example:
        >>> advice("unknown_variable"), advice("not_yet_thought_of")
        ('Look it up in the codebook, or with `reportparse codebook`.', '')
    """
    return _plain(_codes()[key].words[language]["do"]) if key in _codes() else ""


def prelude() -> tuple[str, ...]:
    """The lines of Python that stand before each example.

    Example:
        >>> prelude()[0]
        'from pathlib import Path'
    """
    return tuple(read_json(_FILE)["prelude"])


def findings_list(language: Language = "en") -> str:
    """All codes with their meaning, to read on a terminal.

    Example:
        >>> print("\\n".join(findings_list().splitlines()[:3]))
        Reading the document
          undecodable_bytes · warning
            The file holds bytes that its encoding does not have; each stands as U+FFFD, and the message counts them.
    """
    lines = []
    for group, members in groupby(codes(), key=lambda code: code.group):
        lines.append(_groups()[group][language]["title"])
        for code in members:
            lines += [f"  {code.code} · {_kind(code, language)}", f"    {_plain(code.words[language]['says'])}"]
    return "\n".join(lines) + "\n"


def finding_text(code: Code, language: Language = "en") -> str:
    """One code to read on a terminal: its meaning, what to do, and its example.

    Example:
        >>> print(finding_text(find_code("empty_input")), end="")
        empty_input · InputError
        The document holds nothing but white space, or is a page without text.
        What to do: Fetch it again. If the message names other files ... give the one that holds the report.
        <BLANKLINE>
            parse_report(" \\n")
        <BLANKLINE>
        It raises: the document is empty: it holds nothing but white space
    """
    page, words = read_json(_FILE)["page"][language], code.words[language]
    lines = [
        f"{code.code} · {_kind(code, language)}",
        _plain(words["says"]),
        _joined(page["do"], _plain(words["do"])),
        "",
        *(f"    {line}" for line in code.example),
        "",
        _joined(_outcome(code, page), code.message),
    ]
    return "\n".join(lines) + "\n"


def findings_page(language: Language = "en") -> str:
    """The reference of all codes as a Markdown page.

    Example:
        >>> findings_page("zh").splitlines()[0]
        '# 发现与错误代码'
    """
    page = read_json(_FILE)["page"][language]
    lines = [f"# {page['title']}", "", *page["says"], "", *_fenced(prelude())]
    for group, members in groupby(codes(), key=lambda code: code.group):
        words = _groups()[group][language]
        lines += ["", f"## {words['title']}", "", words["says"]]
        for code in members:
            lines += ["", *_entry(code, language)]
    return "\n".join(lines) + "\n"


def _entry(code: Code, language: Language) -> Iterator[str]:
    page, words = read_json(_FILE)["page"][language], code.words[language]
    yield f"### `{code.code}`"
    yield ""
    kind = " / ".join(f"`{one}`" for one in code.severities) or (f"`{code.exception}`" if code.exception else None)
    yield f"{kind or page['failure']} · {words['says']}"
    yield ""
    yield _joined(f"**{page['do']}**", words["do"])
    yield ""
    yield from _fenced(code.example)
    yield ""
    yield _outcome(code, page)
    yield ""
    yield from _fenced([code.message], "text")


def _fenced(lines: Iterable[str], language: str = "python") -> Iterator[str]:
    yield f"```{language}"
    yield from lines
    yield "```"


def _joined(head: str, text: str) -> str:
    """A head and what follows it; a Chinese colon needs no space."""
    return f"{head}{text}" if "：" in head else f"{head} {text}"


def _plain(text: str) -> str:
    """Words about a code without the addresses of their links."""
    return _LINK_RE.sub(r"\1", text)


def _kind(code: Code, language: Language) -> str:
    return " / ".join(code.severities) or code.exception or str(read_json(_FILE)["page"][language]["failure"])


def _outcome(code: Code, page: Mapping[str, str]) -> str:
    return page["raises"] if code.exception and not code.example[-1].startswith("[") else page["gives"]


@cache
def _groups() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return {group["key"]: group for group in read_json(_FILE)["groups"]}


@cache
def _codes() -> Mapping[str, Code]:
    return {
        given["code"]: Code(
            given["code"],
            group["key"],
            severities=tuple(given.get("severity", ())),
            exception=given.get("exception"),
            words={"en": given["en"], "zh": given["zh"]},
            example=tuple(given["example"]),
            message=given["message"],
            needs=given.get("needs"),
            isolated=given.get("isolated", False),
        )
        for group in read_json(_FILE)["groups"]
        for given in group["codes"]
    }
