"""The docs tell the truth: examples run, commands work, codes and links exist."""

import doctest
import importlib
import json
import os
import pkgutil
import pydoc
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

import reportparse
from locations import ROOT
from reportparse.errors import MissingExtraError
from reportparse.models import Record, Report
from reportparse.views.canvas import chinese_font

SOURCES = sorted((ROOT / "src" / "reportparse").rglob("*.py"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

FENCE_RE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMMAND_RE = re.compile(r"(?:\$ |>>> |\.venv/|python3? |pip |git |reportparse [a-z]+ )")
LINK_RE = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str


# What becomes of the blocks of each language. Python, what it prints, and commands are run; the others are none to run,
# but for those of ``bash``, which say why they are not.
RUN = ("python", "console", "shell")
SHOWN = ("text", "json")
REASON = "# not run by the tests: "

# Pages whose blocks are run elsewhere.
ELSEWHERE = {
    "docs/reference/findings.md": "test_codes.py runs each block by itself, because most of them raise",
    "docs/reference/findings.zh.md": "the same",
}

# Libraries without which the examples of a page or a module cannot run.
NEEDED = {
    "docs/tutorial/from-folder-to-figure.md": ("pyarrow", "pandas", "jinja2", "matplotlib"),
    "docs/how-to/run-a-batch.md": ("pyarrow",),
    "docs/how-to/draw-pictures.md": ("pyarrow", "matplotlib"),
    "docs/how-to/use-data-frames.md": ("pyarrow", "duckdb", "polars", "pandas"),
    "docs/how-to/query-the-dataset.md": ("pyarrow", "duckdb", "polars", "pandas"),
    "docs/how-to/run-on-a-cluster.md": ("pyarrow", "distributed"),
    "reportparse.dataset.schemas": ("pyarrow",),
    "reportparse.frames": ("pyarrow",),
    "reportparse.dataset.gather": ("pyarrow",),
    "reportparse.display": ("jinja2",),
    "reportparse.plot": ("matplotlib",),
    "reportparse.views.trends": ("matplotlib",),
    "reportparse.dataset.tabular": ("pyarrow", "pandas", "polars"),
    "reportparse.views.canvas": ("matplotlib",),
    "reportparse.dataset.arrays": ("pyarrow",),
    "reportparse.dataset.labelling": ("pyarrow",),
}


def skip_without_libraries(of: str) -> None:
    for library in NEEDED.get(of, ()):
        pytest.importorskip(library, reason=f"the examples of {of} need {library}")
    if "matplotlib" in NEEDED.get(of, ()):
        skip_without_font(of)


def skip_without_font(of: str) -> None:
    try:
        chinese_font()
    except MissingExtraError as error:
        pytest.skip(f"the examples of {of} need a font: {error.message}")


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    return [
        Block(page, text.count("\n", 0, match.start()) + 2, match[1], match[2]) for match in FENCE_RE.finditer(text)
    ]


def str_of(path: object) -> str:
    return str(path.relative_to(ROOT)) if isinstance(path, Path) else str(path)


def name_of(block: Block) -> str:
    return f"{str_of(block.page)}:{block.line}"


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


@pytest.fixture
def reader_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the root of a checkout to the examples, in which they may write."""
    for name in ("tests", "README.md", "benchmarks"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


MODULES = sorted(module.name for module in pkgutil.walk_packages(reportparse.__path__, "reportparse."))


# Modules that do something when they are imported.
ACTING = ("reportparse.__main__", "reportparse.batch.preload")


@pytest.mark.parametrize("name", ["reportparse", *(name for name in MODULES if name not in ACTING)])
def test_examples_in_docstrings_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    skip_without_libraries(name)
    monkeypatch.chdir(ROOT)
    module = importlib.import_module(name)

    failures, _ = doctest.testmod(module, optionflags=OPTIONS)

    assert failures == 0


# Modules that the library itself uses for panels, beside those that its page lists.
RESEARCH = (
    "reportparse.english",
    "reportparse.compare.revisions",
    "reportparse.compare.bodies",
    "reportparse.compare.copies",
    "reportparse.compare.hierarchy",
    "reportparse.years",
    "reportparse.dataset.stored",
    "reportparse.views.yearview",
    "reportparse.formkeys",
    "reportparse.libraries",
    "reportparse.views.trends",
)
# And what the page of the library lists: modules, and single names.
LISTED = re.findall(r"^::: (\S+)$", (ROOT / "docs" / "reference" / "api.md").read_text("utf-8"), re.MULTILINE)
PUBLIC_MODULES = sorted({*RESEARCH, *(set(LISTED) & set(MODULES))})


def names_without_example(names: Mapping[str, object]) -> list[str]:
    return [key for key, value in names.items() if ">>>" not in (value.__doc__ or "")]


@pytest.mark.parametrize("name", PUBLIC_MODULES)
def test_every_public_name_of_a_module_has_an_example(name: str) -> None:
    module = importlib.import_module(name)
    own = {
        key: value
        for key, value in vars(module).items()
        if key[0] != "_" and callable(value) and getattr(value, "__module__", "") == name
    }

    assert names_without_example(own) == []


def test_every_name_of_the_package_has_an_example_and_stands_in_the_reference() -> None:
    names = {name: getattr(reportparse, name) for name in reportparse.__all__}
    shown = [name for name in LISTED if name not in MODULES]

    assert names_without_example(names) == []
    assert [name for name in shown if ">>>" not in (pydoc.locate(name).__doc__ or "")] == []
    assert {name for name in names if f"reportparse.{name}" not in shown} == set()


def run_in_shell(command: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "COLUMNS": "80", "PYTHONUTF8": "1"}
    return subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=False)


def run_shell(block: Block) -> None:
    for command in block.text.splitlines():
        done = run_in_shell(command)

        # 1 says that the report has findings, which some examples are about.
        assert done.returncode in (0, 1), (name_of(block), command, done.stderr)
        assert "Traceback" not in done.stderr


def run_console(block: Block) -> None:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")

        done = run_in_shell(command)

        assert doctest.OutputChecker().check_output(expected, done.stdout, OPTIONS), (name_of(block), done)


def run_python(block: Block, names: dict[str, object]) -> None:
    if ">>>" not in block.text:
        exec(compile(block.text, name_of(block), "exec"), names)
        return
    example = doctest.DocTestParser().get_doctest(block.text, names, name_of(block), str(block.page), block.line)
    assert doctest.DocTestRunner(optionflags=OPTIONS).run(example, clear_globs=False).failed == 0
    names |= example.globs


@pytest.mark.parametrize("page", [page for page in PAGES if str_of(page) not in ELSEWHERE], ids=str_of)
@pytest.mark.usefixtures("reader_folder")
def test_blocks_of_a_page_run_in_their_order(page: Path) -> None:
    """A page is one session: blocks of Python share their names, and all blocks a folder."""
    found = [block for block in blocks_of(page) if block.language in RUN]
    if translated_from(page) is not None:
        pytest.skip("its blocks are those of the English page, which run")
    if os.name == "nt" and {block.language for block in found} > {"python"}:
        pytest.skip("the examples are for a POSIX shell")
    skip_without_libraries(str_of(page))
    names: dict[str, object] = {}

    for block in found:
        if block.language == "python":
            run_python(block, names)
        else:
            {"shell": run_shell, "console": run_console}[block.language](block)


def test_every_fence_says_what_it_holds() -> None:
    fences = [
        f"{str_of(page)}:{number}"
        for page in PAGES
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        if line.lstrip().startswith(("```", "~~~"))
    ]
    known = {f"{str_of(block.page)}:{block.line - 1}" for block in BLOCKS}
    known |= {f"{str_of(block.page)}:{block.line + block.text.count(chr(10))}" for block in BLOCKS}

    assert sorted(set(fences) - known) == []
    assert {block.language for block in BLOCKS} <= {*RUN, *SHOWN, "bash"}


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "bash"], ids=name_of)
def test_a_block_that_is_not_run_says_why(block: Block) -> None:
    assert block.text.startswith(REASON)
    assert block.text.partition("\n")[0].removeprefix(REASON)


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language in SHOWN], ids=name_of)
def test_no_command_hides_in_a_block_that_is_only_shown(block: Block) -> None:
    commands = [line for line in block.text.splitlines() if COMMAND_RE.match(line)]

    assert commands == []
    assert block.language != "json" or json.loads(block.text)


def test_every_field_of_the_result_is_documented() -> None:
    reference = (ROOT / "docs" / "reference" / "report.md").read_text("utf-8")

    missing = [field for field in (*Report.model_fields, *Record.model_fields) if f"`{field}`" not in reference]

    assert missing == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    linked = set(LINK_RE.findall((folder / "index.md").read_text("utf-8")))

    records = {path.name for path in folder.glob("[0-9]*.md")}

    assert records == linked


def translated_from(page: Path) -> Path | None:
    """The English page that a Chinese page is a translation of."""
    return page.with_name(page.name.replace(".zh.md", ".md")) if page.name.endswith(".zh.md") else None


def shape_of(page: Path) -> dict[str, object]:
    """What two languages of a page have in common: headings by level, blocks word for word, rows, items, pictures."""
    text = page.read_text("utf-8")
    prose = FENCE_RE.sub("", text)
    return {
        "headings": re.findall(r"^(#+) ", prose, re.MULTILINE),
        "blocks": [(block.language, block.text) for block in blocks_of(page)],
        "rows": len(re.findall(r"^\|", prose, re.MULTILINE)),
        "items": len(re.findall(r"^ *(?:-|\d+\.) ", prose, re.MULTILINE)),
        "images": re.findall(r"!\[[^]]*\]\(([^)]+)\)", prose),
    }


TRANSLATED = [page for page in PAGES if translated_from(page) is not None]


@pytest.mark.parametrize("page", TRANSLATED, ids=str_of)
def test_a_translation_has_the_shape_of_its_original(page: Path) -> None:
    original = translated_from(page)

    assert original is not None
    assert shape_of(page) == shape_of(original)


@pytest.mark.parametrize("page", TRANSLATED, ids=str_of)
def test_a_translation_and_its_original_link_to_each_other(page: Path) -> None:
    original = translated_from(page)
    assert original is not None

    heads = [path.read_text("utf-8").split("\n## ", 1)[0] for path in (page, original)]

    assert f"]({original.name})" in heads[0]
    assert f"]({page.name})" in heads[1]


def test_the_readme_and_every_tutorial_are_there_in_chinese() -> None:
    originals = [ROOT / "README.md", *(ROOT / "docs" / "tutorial").glob("*.md")]

    missing = [str_of(page) for page in originals if page.with_suffix(".zh.md") not in PAGES and page not in TRANSLATED]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=str_of)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK_RE.findall(page.read_text("utf-8")) if "://" not in target]

    broken = [target for target in targets if not (page.parent / target).exists()]

    assert broken == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_readme_is_short(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= 120


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")

    found = [block for block in blocks_of(ROOT / "README.md") if block.language == "bash"]
    commands = [line for block in found for line in block.text.splitlines()]

    tests = [command for command in commands if command.endswith("-m pytest")]
    assert len(tests) == 1
    assert tests[0] in script
