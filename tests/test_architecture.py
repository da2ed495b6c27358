"""The shape of the package, read from its source: layers, sizes, imports, forbidden things."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "reportparse"

# Lowest first. A module imports only from modules that stand before it here; the numbers name its layer in
# docs/explanation/architecture.md.
ORDER: tuple[tuple[int, str], ...] = (
    (0, "errors"),
    (0, "spans"),
    (0, "resources"),
    (1, "kinds"),
    (1, "models"),
    (1, "validation"),
    (1, "limits"),
    (1, "document"),
    (1, "forms"),
    (1, "options"),
    (1, "english"),
    (2, "keys"),
    (2, "mojibake"),
    (2, "decode"),
    (2, "characters"),
    (2, "script"),
    (2, "phrases"),
    (2, "tags"),
    (2, "edits"),
    (2, "normalize"),
    (2, "values"),
    (2, "labels"),
    (2, "lines"),
    (2, "grids"),
    (2, "flatten"),
    (2, "textwriter"),
    (2, "appearance"),
    (2, "printed"),
    (2, "pagetables"),
    (2, "pagenotes"),
    (2, "pagewalk"),
    (2, "pagetree"),
    (2, "markup"),
    (2, "embedded"),
    (2, "formats"),
    (2, "parts"),
    (2, "sources"),
    (2, "pdfpage"),
    (2, "pdfgeometry"),
    (2, "pdfunpack"),
    (2, "pdfguard"),
    (2, "pdfdraw"),
    (2, "pdfium"),
    (2, "pdflines"),
    (2, "pdfrules"),
    (2, "pdftables"),
    (2, "pdflayout"),
    (2, "pdffurniture"),
    (2, "pdfjoin"),
    (2, "pdfflow"),
    (2, "pdfwriter"),
    (2, "pdf"),
    (3, "headings"),
    (3, "furniture"),
    (3, "candidates"),
    (3, "outline"),
    (3, "content"),
    (3, "sections"),
    (3, "declared"),
    (3, "pagedata"),
    (3, "identify"),
    (3, "rows"),
    (3, "cellgrids"),
    (3, "observe"),
    (3, "seams"),
    (3, "gridrows"),
    (3, "stream"),
    (3, "align"),
    (3, "columns"),
    (3, "readings"),
    (3, "placing"),
    (3, "tables"),
    (3, "recognize"),
    (3, "records"),
    (3, "pictures"),
    (3, "corrections"),
    (3, "prose"),
    (4, "rules"),
    (4, "checks"),
    (4, "mistakes"),
    (4, "equations"),
    (4, "milp"),
    (4, "solver"),
    (4, "localize"),
    (4, "claims"),
    (4, "authorities"),
    (4, "places"),
    (4, "crosswalk"),
    (4, "measure"),
    (4, "revisions"),
    (4, "bodies"),
    (4, "crosschecks"),
    (4, "copies"),
    (4, "hierarchy"),
    (4, "years"),
    (5, "pipeline"),
    (6, "packages"),
    (6, "compound"),
    (6, "wordblocks"),
    (6, "wordstyles"),
    (6, "wordnumbers"),
    (6, "wordfields"),
    (6, "wordinline"),
    (6, "wordwalk"),
    (6, "wordtables"),
    (6, "wordtext"),
    (6, "docx"),
    (6, "sheetfacts"),
    (6, "sheetrecords"),
    (6, "sheettext"),
    (6, "sheetvalues"),
    (6, "xlsx"),
    (6, "office"),
    (6, "members"),
    (6, "zips"),
    (6, "gzips"),
    (6, "answers"),
    (6, "weblinks"),
    (6, "warcs"),
    (6, "folders"),
    (6, "attachments"),
    (6, "archives"),
    (6, "files"),
    (6, "export"),
    (6, "marks"),
    (6, "annotated"),
    (6, "display"),
    (6, "plot"),
    (6, "textparts"),
    (6, "textview"),
    (6, "explain"),
    (6, "codebook"),
    (6, "reportschema"),
    (6, "tabular"),
    (6, "datapackage"),
    (6, "stored"),
    (6, "panel"),
    (6, "yearview"),
    (6, "console"),
    (6, "inputs"),
    (6, "commands"),
    (6, "dataset"),
    (6, "arrays"),
    (6, "frames"),
    (6, "stores"),
    (6, "guards"),
    (6, "crawls"),
    (6, "corpus"),
    (6, "work"),
    (6, "frugal"),
    (6, "engines"),
    (6, "many"),
    (6, "daskengine"),
    (6, "runs"),
    (6, "segments"),
    (6, "tallies"),
    (6, "outputs"),
    (6, "lineparts"),
    (6, "tableparts"),
    (6, "delivery"),
    (6, "preload"),
    (6, "manifest"),
    (6, "assembly"),
    (6, "batch"),
    (6, "progress"),
    (6, "batchcommand"),
    (6, "cli"),
    (6, "__main__"),
)
PLACES = {name: place for place, (_, name) in enumerate(ORDER)}

# The one import from above: a report shows itself in a notebook.
PERMITTED = {("models", "display")}

# A library and the only modules that may import it.
LIBRARY_USERS = {
    "opencc": {"script"},
    "lxml": {"markup", "packages", "appearance", "printed", "pagetables", "pagewalk"},  # but for two, its types only
    "bs4": {"markup"},
    "pypdfium2": {"pdfium"},
    "click": {"cli", "commands", "batchcommand", "console"},
    "python_calamine": {"sheetvalues"},
    "fastwarc": {"warcs", "answers"},
    "jinja2": {"display"},
    "matplotlib": {"plot"},
    "rich": {"textparts", "textview", "explain", "progress"},
    "pyarrow": {"dataset", "crawls", "tableparts", "tabular", "stored"},
    "fsspec": {"stores"},
    "distributed": {"daskengine"},
}

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 40
# What is over the ceiling, with the size it must not pass. Entries may only shrink and go.
LONG_MODULES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {}


@cache
def modules() -> dict[str, ast.Module]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return {path.stem: ast.parse(path.read_text("utf-8"), str(path)) for path in paths if path.stem != "__init__"}


def own_imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Modules of the package that a module imports, wherever the statement stands, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:
                names = [source] if source else [alias.name for alias in node.names]
            elif source.split(".")[0] == "reportparse":
                names = [source.partition(".")[2]] if "." in source else [alias.name for alias in node.names]
            else:
                continue
            yield from ((name.split(".")[-1], node.lineno) for name in names)


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
        for target, line in own_imports(tree)
        if PLACES.get(target, -1) >= PLACES.get(name, len(ORDER)) and (name, target) not in PERMITTED
    ]

    assert upward == []


def test_list_of_modules_in_the_docs_is_this_list() -> None:
    page = (PACKAGE.parents[1] / "docs" / "explanation" / "architecture.md").read_text("utf-8")

    listed = re.findall(r"^\| (\d)[^|]*\| `(?:\w+/)?(\w+)\.py` \|", page, re.MULTILINE)

    assert [(int(layer), name) for layer, name in listed] == [entry for entry in ORDER if entry[1] in modules()]


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
        path.stem: len(text.splitlines())
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
