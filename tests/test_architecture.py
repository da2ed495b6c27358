"""The shape of the package, read from its source: layers, sizes, imports, forbidden things."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from locations import ROOT, TESTS

PACKAGE = ROOT / "src" / "reportparse"

# Lowest first. A module imports only from modules that stand before it here; the numbers name its layer in
# docs/explanation/architecture.md.
ORDER: tuple[tuple[int, str], ...] = (
    (0, "errors"),
    (0, "spans"),
    (0, "resources"),
    (0, "libraries"),
    (1, "kinds"),
    (1, "models"),
    (1, "validation"),
    (1, "limits"),
    (1, "document"),
    (1, "forms"),
    (1, "options"),
    (1, "english"),
    (1, "formkeys"),
    (2, "text.keys"),
    (2, "text.mojibake"),
    (2, "text.decode"),
    (2, "text.characters"),
    (2, "text.wordsearch"),
    (2, "text.script"),
    (2, "text.phrases"),
    (2, "text.tags"),
    (2, "text.edits"),
    (2, "text.normalize"),
    (2, "text.values"),
    (2, "text.labels"),
    (2, "text.words"),
    (2, "text.lines"),
    (2, "text.prose"),
    (2, "readers.grids"),
    (2, "readers.html.flatten"),
    (2, "readers.html.textwriter"),
    (2, "readers.html.appearance"),
    (2, "readers.html.printed"),
    (2, "readers.html.tree"),
    (2, "readers.html.tables"),
    (2, "readers.html.notes"),
    (2, "readers.html.pagetables"),
    (2, "readers.html.walk"),
    (2, "readers.html.read"),
    (2, "readers.html.embedded"),
    (2, "readers.formats"),
    (2, "readers.parts"),
    (2, "readers.sources"),
    (2, "readers.pdf.page"),
    (2, "readers.pdf.geometry"),
    (2, "readers.pdf.unpack"),
    (2, "readers.pdf.guard"),
    (2, "readers.pdf.draw"),
    (2, "readers.pdf.pdfium"),
    (2, "readers.pdf.lines"),
    (2, "readers.pdf.rules"),
    (2, "readers.pdf.tables"),
    (2, "readers.pdf.layout"),
    (2, "readers.pdf.furniture"),
    (2, "readers.pdf.join"),
    (2, "readers.pdf.flow"),
    (2, "readers.pdf.writer"),
    (2, "readers.pdf.read"),
    (2, "readers.office.packages"),
    (2, "readers.office.compound"),
    (2, "readers.docx.blocks"),
    (2, "readers.docx.styles"),
    (2, "readers.docx.numbers"),
    (2, "readers.docx.fields"),
    (2, "readers.docx.inline"),
    (2, "readers.docx.walk"),
    (2, "readers.docx.tables"),
    (2, "readers.docx.text"),
    (2, "readers.docx.read"),
    (2, "readers.xlsx.facts"),
    (2, "readers.xlsx.records"),
    (2, "readers.xlsx.text"),
    (2, "readers.xlsx.values"),
    (2, "readers.xlsx.read"),
    (2, "readers.office.read"),
    (3, "sections.headings"),
    (3, "sections.furniture"),
    (3, "sections.links"),
    (3, "sections.openings"),
    (3, "sections.candidates"),
    (3, "sections.outline"),
    (3, "sections.content"),
    (3, "sections.split"),
    (3, "sections.declared"),
    (3, "sections.pagedata"),
    (3, "sections.titles"),
    (3, "sections.identify"),
    (3, "tables.rows"),
    (3, "tables.cellgrids"),
    (3, "tables.observe"),
    (3, "tables.seams"),
    (3, "tables.gridrows"),
    (3, "tables.stream"),
    (3, "tables.align"),
    (3, "tables.columns"),
    (3, "tables.readings"),
    (3, "tables.placing"),
    (3, "tables.recognize"),
    (3, "tables.read"),
    (3, "tables.records"),
    (3, "sections.pictures"),
    (3, "tables.corrections"),
    (4, "judgement.rules"),
    (4, "judgement.checks"),
    (4, "judgement.mistakes"),
    (4, "judgement.equations"),
    (4, "judgement.milp"),
    (4, "judgement.solver"),
    (4, "judgement.localize"),
    (4, "judgement.claimrules"),
    (4, "judgement.claims"),
    (4, "compare.authorities"),
    (4, "compare.places"),
    (4, "compare.crosswalk"),
    (4, "compare.measure"),
    (4, "compare.revisions"),
    (4, "compare.bodies"),
    (4, "compare.crosschecks"),
    (4, "compare.copies"),
    (4, "compare.hierarchy"),
    (5, "pipeline"),
    (6, "archives.members"),
    (6, "archives.zips"),
    (6, "archives.gzips"),
    (6, "archives.answers"),
    (6, "archives.weblinks"),
    (6, "archives.warcs"),
    (6, "archives.folders"),
    (6, "archives.attachments"),
    (6, "archives.documents"),
    (6, "files"),
    (6, "export"),
    (6, "codes"),
    (6, "demo"),
    (6, "views.marks"),
    (6, "views.canvas"),
    (6, "views.annotated"),
    (6, "display"),
    (6, "views.textparts"),
    (6, "views.textview"),
    (6, "explain"),
    (6, "codebook"),
    (6, "reportschema"),
    (6, "dataset.schemas"),
    (6, "dataset.arrays"),
    (6, "dataset.labelling"),
    (6, "dataset.pivot"),
    (6, "dataset.tabular"),
    (6, "dataset.stored"),
    (6, "dataset.datapackage"),
    (6, "panel"),
    (6, "years"),
    (6, "views.trends"),
    (6, "views.yearview"),
    (6, "commands.console"),
    (6, "commands.maxoption"),
    (6, "commands.inputs"),
    (6, "commands.research"),
    (6, "dataset.reportcolumns"),
    (6, "dataset.gather"),
    (6, "frames"),
    (6, "plot"),
    (6, "batch.stores"),
    (6, "batch.guards"),
    (6, "batch.crawls"),
    (6, "batch.corpus"),
    (6, "batch.work"),
    (6, "batch.frugal"),
    (6, "batch.engines"),
    (6, "batch.parcels"),
    (6, "batch.many"),
    (6, "batch.daskengine"),
    (6, "batch.runs"),
    (6, "batch.segments"),
    (6, "batch.tallies"),
    (6, "batch.outputs"),
    (6, "batch.lineparts"),
    (6, "batch.rowgroups"),
    (6, "batch.tableblocks"),
    (6, "batch.tablesources"),
    (6, "batch.tableparts"),
    (6, "batch.delivery"),
    (6, "batch.preload"),
    (6, "batch.manifest"),
    (6, "batch.assembly"),
    (6, "batch.driver"),
    (6, "batch.progress"),
    (6, "commands.batch"),
    (6, "cli"),
    (6, "__main__"),
)
PLACES = {name: place for place, (_, name) in enumerate(ORDER)}

# The one import from above: a report shows itself in a notebook.
PERMITTED = {("models", "display")}

# A library and the only modules that may import it.
LIBRARY_USERS = {
    "opencc": {"text.script"},
    "lxml": {  # but for the first two, its types only
        "readers.html.read",
        "readers.office.packages",
        "readers.html.appearance",
        "readers.html.textwriter",
        "readers.html.printed",
        "readers.html.tree",
        "readers.html.tables",
        "readers.html.pagetables",
        "readers.html.walk",
    },
    "bs4": {"readers.html.read"},
    "pypdfium2": {"readers.pdf.pdfium"},
    "click": {"cli", "commands.research", "commands.batch", "commands.console", "commands.maxoption"},
    "python_calamine": {"readers.xlsx.values"},
    "fastwarc": {"archives.warcs", "archives.answers"},
    "jinja2": {"display"},
    "matplotlib": {"views.canvas", "views.trends", "plot"},
    "rich": {"views.textparts", "views.textview", "explain", "batch.progress"},
    "pyarrow": {"batch.crawls", "batch.tableblocks", "batch.tablesources"},
    "fsspec": {"batch.stores"},
    "distributed": {"batch.daskengine"},
}

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 40
# What is over the ceiling, with the size it must not pass. Entries may only shrink and go.
LONG_MODULES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {}


def name_of(path: Path) -> str:
    """The dotted name of a module, as it stands in ``ORDER``."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


@cache
def modules() -> dict[str, ast.Module]:
    paths = sorted(path for path in PACKAGE.rglob("*.py") if path.stem != "__init__")
    return {name_of(path): ast.parse(path.read_text("utf-8"), str(path)) for path in paths}


def own_imports(name: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Modules of the package that a module imports, wherever the statement stands, with its line."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        source = f"reportparse.{name}".split(".")[: -node.level] if node.level else []
        source += node.module.split(".") if node.module else []
        if source[0] != "reportparse":
            continue
        target = ".".join(source[1:])
        names = [target] if target in modules() else [".".join([*source[1:], alias.name]) for alias in node.names]
        yield from ((imported, node.lineno) for imported in names)


def libraries(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
    return found


def functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Qualified names of functions with their lines, docstrings not counted."""
    for owner in ast.walk(tree):
        for node in ast.iter_child_nodes(owner):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                prefix = f"{owner.name}." if isinstance(owner, ast.ClassDef) else ""
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield prefix + node.name, lines - docstring_lines(node)


def docstring_lines(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines the docstring of a node has; examples make code no harder to follow, and do not count as it."""
    if ast.get_docstring(node) is None:
        return 0
    doc = node.body[0]
    return (doc.end_lineno or doc.lineno) - doc.lineno + 1


def test_every_module_has_a_layer() -> None:
    unplaced = set(modules()) - set(PLACES)

    assert unplaced == set()


def test_modules_import_only_from_below() -> None:
    upward = [
        f"{name}.py:{line} imports {target}"
        for name, tree in modules().items()
        for target, line in own_imports(name, tree)
        if PLACES.get(target, -1) >= PLACES.get(name, len(ORDER)) and (name, target) not in PERMITTED
    ]

    assert upward == []


def test_list_of_modules_in_the_docs_is_this_list() -> None:
    page = (PACKAGE.parents[1] / "docs" / "explanation" / "architecture.md").read_text("utf-8")

    listed = re.findall(r"^\| (\d)[^|]*\| `([\w/]+)\.py` \|", page, re.MULTILINE)

    assert [(int(layer), path.replace("/", ".")) for layer, path in listed] == [
        entry for entry in ORDER if entry[1] in modules()
    ]


def test_layers_stand_in_rising_order() -> None:
    numbers = [layer for layer, _ in ORDER]

    assert numbers == sorted(numbers)


@pytest.mark.parametrize("library", sorted(LIBRARY_USERS))
def test_heavy_libraries_are_imported_in_one_place(library: str) -> None:
    users = {name for name, tree in modules().items() if library in libraries(tree)}

    assert users <= LIBRARY_USERS[library]


def test_modules_stay_short() -> None:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    sizes = {
        name_of(path): len(text.splitlines())
        - sum(docstring_lines(node) for node in ast.walk(ast.parse(text)) if isinstance(node, documented))
        for path in PACKAGE.rglob("*.py")
        for text in [path.read_text("utf-8")]
    }

    over = {name: size for name, size in sizes.items() if size > LONG_MODULES.get(name, MAX_MODULE_LINES)}

    assert over == {}
    assert [name for name in LONG_MODULES if sizes.get(name, 0) <= MAX_MODULE_LINES] == []


def test_functions_stay_short() -> None:
    sizes = {f"{name}.{function}": size for name, tree in modules().items() for function, size in functions(tree)}

    over = {name: size for name, size in sizes.items() if size > LONG_FUNCTIONS.get(name, MAX_FUNCTION_LINES)}

    assert over == {}
    assert [name for name in LONG_FUNCTIONS if sizes.get(name, 0) <= MAX_FUNCTION_LINES] == []


def test_no_assert_and_no_bare_except() -> None:
    found = [
        f"{name}.py:{node.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert) or (isinstance(node, ast.ExceptHandler) and node.type is None)
    ]

    assert found == []


def test_no_form_is_named_outside_the_data() -> None:
    forms = {path.stem for path in (PACKAGE / "data" / "forms").glob("*.json")}

    compared = [
        f"{name}.py:{node.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Constant) and side.value in forms
    ]

    assert compared == []


def test_word_converting_configuration_is_not_used() -> None:
    # It rewrites words of the official labels (查询 into 查找), so that rows are lost.
    holders = [path.name for path in PACKAGE.rglob("*") if path.suffix in {".py", ".json"} and "tw2sp" in read(path)]

    assert holders == []


def read(path: Path) -> str:
    return path.read_text("utf-8")


def test_every_public_name_is_found_where_the_package_says() -> None:
    import reportparse

    assert sorted(reportparse.__all__) == list(reportparse.__all__)
    assert all(getattr(reportparse, name) is not None for name in reportparse.__all__)
    assert set(reportparse.__all__) <= set(dir(reportparse))


def test_unknown_name_of_the_package_is_refused() -> None:
    import reportparse

    with pytest.raises(AttributeError, match="has no attribute 'parse_rapport'"):
        reportparse.parse_rapport  # noqa: B018


def test_importing_the_package_loads_no_edge_library_and_reads_no_data() -> None:
    program = (
        "import sys, pathlib\n"
        "from reportparse import parse_report, resources\n"
        "print(sorted({'bs4', 'click', 'rich', 'opencc', 'lxml', 'pydantic'} & set(sys.modules)))\n"
        "print(resources.read_text.cache_info().currsize)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["[]", "0"]


def test_a_folder_lies_within_one_layer() -> None:
    layers: dict[str, set[int]] = {}
    for layer, name in ORDER:
        if "." in name:
            layers.setdefault(name.split(".")[0], set()).add(layer)

    assert {folder: sorted(found) for folder, found in layers.items() if len(found) > 1} == {}


def test_folders_import_nothing_by_themselves() -> None:
    inner = [path for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE]

    assert [str(path) for path in inner if len(ast.parse(read(path)).body) != 1] == []


def test_every_folder_is_in_the_docs() -> None:
    page = (PACKAGE.parents[1] / "docs" / "explanation" / "architecture.md").read_text("utf-8")
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}

    assert {folder for folder in folders if f"| `{folder}/` |" not in page} == set()


def test_tests_stand_in_the_folder_of_what_they_test() -> None:
    folders_of: dict[str, set[str]] = {}
    for name in modules():
        folder, _, rest = name.rpartition(".")
        folders_of.setdefault(rest, set()).add(folder.partition(".")[0])

    for path in TESTS.glob("**/test_*.py"):
        folder = "" if path.parent == TESTS else path.parent.name
        tested = path.stem.removeprefix("test_")
        if folder not in {"fuzz", "property"} and folder != tested:
            assert folder in folders_of.get(tested, {folder}), path
            assert (PACKAGE / folder).is_dir(), path
