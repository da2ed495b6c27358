"""The reference of codes: every code of the source is in it, and every example gives what it says."""

import ast
import doctest
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import reportparse
from findingfiles import FOLDER, MAKERS
from locations import ROOT
from reportparse import kinds, models
from reportparse.codes import Code, codes, find_code, finding_text, findings_list, findings_page, prelude
from reportparse.errors import InputError, ReportParseError
from reportparse.readers.office.read import find_program
from reportparse.resources import read_json

SOURCES = sorted((ROOT / "src" / "reportparse").rglob("*.py"))
KNOWN = {code.code: code for code in codes()}
HAN_RE = re.compile(r"[\u4e00-\u9fff]")

# What an example tells: code, severity or class of the error, message.
Told = tuple[str, str, str]


def code_expressions(node: ast.AST) -> Iterator[ast.expr]:
    """What is given as a code: by keyword, or in a plain dict that a model will read."""
    if isinstance(node, ast.keyword) and node.arg == "code":
        yield node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "code":
                yield value


def used_codes() -> dict[str, str]:
    """Codes that the source gives to findings and errors, with a place where each is given."""
    return {
        part.value: f"{path.name}:{part.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for expression in code_expressions(node)
        for part in ast.walk(expression)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def test_every_code_of_the_source_is_in_the_reference() -> None:
    unknown = {code: place for code, place in used_codes().items() if code not in KNOWN}

    assert unknown == {}


def test_every_code_of_the_reference_is_in_the_source() -> None:
    strings = {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    strings |= {rule["key"] for rule in read_json("years.json")["chains"]}

    stale = [code for code in KNOWN if code not in strings]

    assert stale == []


def test_codes_that_arise_only_at_run_time_are_in_the_reference() -> None:
    sources = sorted((ROOT / "tests" / "fixtures" / "reports").glob("*/source.*"))

    given = {finding.code for source in sources for finding in reportparse.read_report(source).findings}

    assert given <= set(KNOWN)


def test_no_code_stands_twice() -> None:
    listed = [given["code"] for group in read_json("findings.json")["groups"] for given in group["codes"]]

    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("code", codes(), ids=lambda code: code.code)
def test_a_code_is_told_in_both_languages(code: Code) -> None:
    english, chinese = code.words["en"], code.words["zh"]

    assert all(HAN_RE.search(text) for text in chinese.values())
    assert not any(HAN_RE.search(text.replace("锟斤拷", "").replace("其中", "")) for text in english.values())


def told(value: object) -> Iterator[Told]:
    """What the last line of an example gave."""
    if isinstance(value, ReportParseError):
        yield value.code, type(value).__name__, value.message
    elif isinstance(value, (kinds.Finding, models.Finding)):
        yield value.code, value.severity, value.message
    elif isinstance(value, Sequence):
        for each in value:
            yield from told(each)


def run_example(lines: Sequence[str]) -> list[Told]:
    tree = ast.parse("\n".join(lines))
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    names: dict[str, object] = {}
    try:
        exec(compile(tree, "example", "exec"), names)
        return list(told(eval(compile(ast.Expression(last.value), "example", "eval"), names)))
    except ReportParseError as error:
        return list(told(error))


def run_beside(lines: Sequence[str]) -> list[Told]:
    """The same in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve())]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, input="\n".join(lines), cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return [(code, kind, message) for code, kind, message in json.loads(done.stdout)]


def skip_without(needed: str | None) -> None:
    if needed == "LibreOffice" and find_program() is None:
        pytest.skip("LibreOffice is not installed")
    if needed == "Linux" and sys.platform != "linux":
        pytest.skip("only Linux holds a document to its time and memory in every way")


@pytest.mark.parametrize("code", codes(), ids=lambda code: code.code)
def test_an_example_gives_its_code_and_message(code: Code, monkeypatch: pytest.MonkeyPatch) -> None:
    skip_without(code.needs)
    monkeypatch.chdir(ROOT)
    lines = [*prelude(), *code.example]

    found = run_beside(lines) if code.isolated else run_example(lines)

    missing = [message for each, _, message in found if each == "extra_missing" != code.code]
    if missing:
        pytest.skip(missing[0])
    same = [(kind, message) for each, kind, message in found if each == code.code]
    assert same, found
    kinds = {*code.severities, *filter(None, [code.exception])}
    assert not kinds or {kind for kind, _ in same} <= kinds
    checker = doctest.OutputChecker()
    assert any(checker.check_output(code.message, message, doctest.ELLIPSIS) for _, message in same), same


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_file_of_an_example_is_what_the_tests_make(name: str) -> None:
    assert (FOLDER / name).read_bytes() == MAKERS[name]()


def test_every_file_is_of_an_example() -> None:
    examples = "\n".join(line for code in codes() for line in code.example)

    assert [path.name for path in FOLDER.iterdir() if path.name not in MAKERS or path.name not in examples] == []


@pytest.mark.parametrize(("language", "name"), [("en", "findings.md"), ("zh", "findings.zh.md")])
def test_the_page_in_the_docs_is_what_the_command_prints(language: str, name: str) -> None:
    page = findings_page("zh" if language == "zh" else "en")

    assert (ROOT / "docs" / "reference" / name).read_text("utf-8") == page


def test_every_code_is_in_the_list() -> None:
    listed = findings_list()

    assert [code for code in KNOWN if f"  {code} · " not in listed] == []


def test_one_code_is_told_without_the_addresses_of_links() -> None:
    text = finding_text(find_code("unknown_variable"), "zh")

    assert "codebook.md" not in text
    assert "怎么办：查变量表" in text


def test_a_code_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        find_code("sums_differ")

    assert caught.value.code == "unknown_code"


if __name__ == "__main__":
    print(json.dumps(run_example(sys.stdin.read().splitlines())))
