"""The docs tell the truth: examples run, commands work, codes and links exist."""

import ast
import doctest
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import reportparse
from reportparse.models import Record, Report
from reportparse.resources import read_json

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src" / "reportparse").rglob("*.py"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text("utf-8")
FINDINGS = (ROOT / "docs" / "reference" / "findings.md").read_text("utf-8")
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

FENCE_RE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK_RE = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
DOCUMENTED_CODE_RE = re.compile(r"^\| `([a-z_0-9]+)` \|", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str


# Libraries without which the examples of a page or a module cannot run.
NEEDED = {
    "docs/how-to/run-a-batch.md": ("pyarrow",),
    "docs/how-to/query-the-dataset.md": ("pyarrow", "duckdb", "polars", "pandas"),
    "reportparse.dataset.schemas": ("pyarrow",),
    "reportparse.frames": ("pyarrow",),
}


def skip_without_libraries(of: str) -> None:
    for library in NEEDED.get(of, ()):
        pytest.importorskip(library, reason=f"the examples of {of} need {library}")


def blocks(*languages: str) -> list[Block]:
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for match in FENCE_RE.finditer(text):
            if match[1] in languages:
                found.append(Block(page, text.count("\n", 0, match.start()) + 2, match[1], match[2]))
    return found


def str_of(path: object) -> str:
    return str(path.relative_to(ROOT)) if isinstance(path, Path) else str(path)


def name_of(value: object) -> str:
    return f"{str_of(value.page)}:{value.line}" if isinstance(value, Block) else str(value)


@pytest.fixture
def reader_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the root of a checkout to the examples, in which they may write."""
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    monkeypatch.chdir(tmp_path)
    return tmp_path


MODULES = sorted(module.name for module in pkgutil.walk_packages(reportparse.__path__, "reportparse."))


# Modules that do something when they are imported.
ACTING = ("reportparse.__main__", "reportparse.batch.preload")


@pytest.mark.parametrize("name", ["reportparse", *(name for name in MODULES if name not in ACTING)])
def test_examples_in_docstrings_run(name: str) -> None:
    skip_without_libraries(name)
    module = importlib.import_module(name)

    failures, _ = doctest.testmod(module, optionflags=OPTIONS)

    assert failures == 0


# Modules that people who build panels use by name.
RESEARCH = (
    *("english", "authorities", "places", "crosswalk", "measure", "revisions", "bodies", "crosschecks", "copies"),
    *("hierarchy", "years", "codebook", "reportschema", "tabular", "datapackage", "stored", "panel", "yearview"),
)


@pytest.mark.parametrize("name", RESEARCH)
def test_every_public_name_for_research_has_an_example(name: str) -> None:
    module = importlib.import_module(f"reportparse.{name}")
    own = {key: value for key, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}

    without = [key for key, value in own.items() if key[0] != "_" and ">>>" not in (value.__doc__ or "")]

    assert without == []


@pytest.mark.parametrize("page", sorted({block.page for block in blocks("python")}), ids=str_of)
@pytest.mark.usefixtures("reader_folder")
def test_python_examples_in_pages_run(page: Path) -> None:
    skip_without_libraries(str_of(page))
    names: dict[str, object] = {}  # a page is one session
    failures = 0
    for block in blocks("python"):
        if block.page != page:
            continue
        if ">>>" not in block.text:
            exec(compile(block.text, name_of(block), "exec"), names)
            continue
        example = doctest.DocTestParser().get_doctest(block.text, names, name_of(block), str(page), block.line)
        failures += doctest.DocTestRunner(optionflags=OPTIONS).run(example, clear_globs=False).failed
        names |= example.globs

    assert failures == 0


def run_in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "COLUMNS": "80", "PYTHONUTF8": "1"}
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(os.name == "nt", reason="the examples are for a POSIX shell")
@pytest.mark.parametrize("block", blocks("shell"), ids=name_of)
def test_shell_examples_in_pages_run(block: Block, reader_folder: Path) -> None:
    skip_without_libraries(str_of(block.page))
    for command in block.text.splitlines():
        done = run_in_shell(command, reader_folder)

        # 1 says that the report has findings, which some examples are about.
        assert done.returncode in (0, 1), (command, done.stderr)
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="the examples are for a POSIX shell")
@pytest.mark.parametrize("block", blocks("console"), ids=name_of)
def test_console_examples_print_what_the_page_shows(block: Block, reader_folder: Path) -> None:
    skip_without_libraries(str_of(block.page))
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")

        done = run_in_shell(command, reader_folder)

        assert doctest.OutputChecker().check_output(expected, done.stdout, OPTIONS), done.stdout + done.stderr


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


def test_every_code_is_documented() -> None:
    documented = set(DOCUMENTED_CODE_RE.findall(FINDINGS))

    undocumented = {code: place for code, place in used_codes().items() if code not in documented}

    assert undocumented == {}


def test_codes_that_arise_only_at_run_time_are_documented() -> None:
    documented = set(DOCUMENTED_CODE_RE.findall(FINDINGS))
    sources = sorted((ROOT / "tests" / "fixtures" / "reports").glob("*/source.*"))

    given = {finding.code for source in sources for finding in reportparse.read_report(source).findings}

    assert given <= documented


def test_no_documented_code_is_gone() -> None:
    strings = {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    strings |= {rule["key"] for rule in read_json("years.json")["chains"]}

    stale = [code for code in DOCUMENTED_CODE_RE.findall(FINDINGS) if code not in strings]

    assert stale == []


def test_every_field_of_the_result_is_documented() -> None:
    reference = (ROOT / "docs" / "reference" / "report.md").read_text("utf-8")

    missing = [field for field in (*Report.model_fields, *Record.model_fields) if f"`{field}`" not in reference]

    assert missing == []


def test_every_module_is_in_the_architecture() -> None:
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")

    named = set(re.findall(r"`(?:readers/)?(\w+\.py)`", page))

    missing = [path.name for path in SOURCES if path.name not in {"__init__.py", *named}]

    assert missing == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    linked = set(LINK_RE.findall((folder / "index.md").read_text("utf-8")))

    records = {path.name for path in folder.glob("[0-9]*.md")}

    assert records == linked


@pytest.mark.parametrize("page", PAGES, ids=str_of)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK_RE.findall(page.read_text("utf-8")) if "://" not in target]

    broken = [target for target in targets if not (page.parent / target).exists()]

    assert broken == []


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")

    commands = [line for block in blocks("bash") if block.page.name == "README.md" for line in block.text.splitlines()]

    tests = [command for command in commands if command.endswith("-m pytest")]
    assert len(tests) == 1
    assert tests[0] in script
