"""The conversion of old office files: with programs made up here, and with LibreOffice where it is installed."""

import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from property.officefiles import compound_file, docx, run
from reportparse.errors import InputError
from reportparse.limits import Limits
from reportparse.readers.office import read as office
from reportparse.readers.office.read import find_program, read_office
from reportparse.readers.sources import read_source

Maker = Callable[..., Path]

RTF = rb"{\rtf1\ansi\uc1 \u24180?\u24230?\u25253?\u21578?\par}"
CONVERTED = docx(
    f"<w:p>{run('年度报告')}</w:p>",
    {"docProps/app.xml": "<Properties><Application>Made-Up/1.2$x</Application></Properties>"},
)

needs_posix = pytest.mark.skipif(os.name == "nt", reason="the programs made up here are scripts for a POSIX shell")
needs_office = pytest.mark.skipif(find_program() is None, reason="LibreOffice is not installed")


@pytest.fixture
def make_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maker:
    """Put a program on the search path that runs some lines of Python; ``argv`` are its arguments."""

    def make(*lines: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "soffice"
        body = "\n".join(("import os, pathlib, sys, time, subprocess", "argv = sys.argv[1:]", *lines))
        program.write_text(f"#!{sys.executable}\n{body}\n", "utf-8")
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
        return tmp_path

    return make


WRITE = "pathlib.Path(argv[argv.index('--outdir') + 1], 'document.docx').write_bytes({data!r})"
NOTE = "pathlib.Path({path!r}).write_text({what})"


@needs_posix
def test_a_file_is_converted_and_what_did_it_is_told(make_program: Maker) -> None:
    make_program(WRITE.format(data=CONVERTED))

    document = read_source(RTF, "a.rtf")

    assert document.text == "年度报告"
    assert document.media_type == "application/rtf"
    assert [(finding.code, finding.severity) for finding in document.findings] == [("converted", "note")]
    assert "an RTF file" in document.findings[0].message
    assert "Made-Up/1.2 " in document.findings[0].message


@needs_posix
def test_the_program_has_a_profile_and_folders_of_its_own_that_are_removed(make_program: Maker, tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    make_program(
        "profile = argv[0].removeprefix('-env:UserInstallation=file://')",
        "settings = pathlib.Path(profile, 'user', 'registrymodifications.xcu').read_text()",
        "words = [profile, os.environ['HOME'], os.getcwd(), settings, ' '.join(argv[1:])]",
        NOTE.format(path=str(noted), what="'\\n\\n'.join(words)"),
        WRITE.format(data=CONVERTED),
    )

    read_office(RTF)

    profile, home, folder, settings, arguments = noted.read_text().split("\n\n")
    assert profile.startswith(home)
    assert home == folder
    assert not Path(home).exists()
    assert 'oor:name="DisableMacrosExecution" oor:op="fuse"><value>true' in settings
    assert 'oor:name="ooInetProxyType" oor:op="fuse"><value>2' in settings
    assert arguments.split()[0] == "--headless"


@needs_posix
def test_two_conversions_share_nothing(make_program: Maker, tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    noted.mkdir()
    make_program(
        f"pathlib.Path({str(noted)!r}, os.environ['HOME'].replace('/', '_')).touch()", WRITE.format(data=CONVERTED)
    )

    first, second = read_office(RTF), read_office(RTF)

    assert first.text == second.text
    assert len(list(noted.iterdir())) == 2


@needs_posix
def test_a_program_that_hangs_is_ended_with_all_that_it_started(make_program: Maker, tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    make_program(
        "child = subprocess.Popen(['sleep', '60'])",
        NOTE.format(path=str(noted), what="str(child.pid) + ' ' + os.environ['HOME']"),
        "time.sleep(60)",
    )
    began = time.monotonic()

    with pytest.raises(InputError) as caught:
        read_source(RTF, "a.rtf", Limits(max_office_seconds=1))

    assert caught.value.code == "limit_exceeded"
    assert "max_office_seconds=1" in caught.value.message
    assert time.monotonic() - began < 30
    child, home = noted.read_text().split()
    assert not Path(home).exists()
    for _ in range(100):
        status = Path(f"/proc/{child}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("a process that the program started lives on")


@needs_posix
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("sys.exit('source file could not be loaded')",), "source file could not be loaded"),
        (("os.abort()",), "could not convert it"),
        (("pass",), "could not convert it"),
    ],
)
def test_a_program_that_writes_nothing_is_told(make_program: Maker, lines: tuple[str, ...], said: str) -> None:
    make_program(*lines)

    with pytest.raises(InputError) as caught:
        read_source(RTF, "a.rtf")

    assert caught.value.code == "conversion_failed"
    assert said in caught.value.message


@needs_posix
def test_what_a_program_wrote_is_trusted_no_more_than_any_file(make_program: Maker) -> None:
    make_program(WRITE.format(data=b"PK\x03\x04 no archive"))

    with pytest.raises(InputError) as caught:
        read_source(RTF, "a.rtf")

    assert caught.value.code == "damaged_file"


@needs_posix
def test_a_converted_file_over_the_limit_is_refused(make_program: Maker) -> None:
    make_program(WRITE.format(data=CONVERTED))

    with pytest.raises(InputError, match="max_bytes=300"):
        read_office(RTF, Limits(max_bytes=300))


@needs_posix
def test_a_program_that_cannot_be_run_is_told(make_program: Maker, tmp_path: Path) -> None:
    make_program()
    (tmp_path / "bin" / "soffice").write_text("#!/no/such/interpreter\n")

    with pytest.raises(InputError) as caught:
        read_office(RTF)

    assert caught.value.code == "converter_missing"


def test_without_a_program_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_program", lambda: None)

    with pytest.raises(InputError) as caught:
        read_source(RTF, "a.rtf")

    assert caught.value.code == "converter_missing"
    assert "install LibreOffice" in caught.value.message
    assert "save it as DOCX" in caught.value.message


@needs_posix
def test_a_program_is_found_where_it_usually_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "libreoffice7" / "soffice"
    program.parent.mkdir()
    program.touch(0o755)
    places = {"programs": ["soffice"], "places": [str(tmp_path / "libreoffice*" / "soffice")], "settings": []}
    monkeypatch.setattr(office, "read_json", lambda name: places)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_program() == str(program)


def test_an_old_file_that_a_password_locks_is_told_without_a_program() -> None:
    data = compound_file({"WordDocument": bytes(11) + b"\x01" + bytes(600)})

    with pytest.raises(InputError) as caught:
        read_source(data, "a.doc")

    assert caught.value.code == "locked_file"


@needs_office
def test_libreoffice_converts_text_and_tables() -> None:
    row = rb"\trowd\cellx2000\cellx4000\intbl \u35268?\u31456?\cell 3\cell\row"
    data = RTF[:-1] + row + rb"\pard\par}"

    document = read_source(data, "a.rtf")

    assert document.text.split() == ["年度报告", "规章", "3"]
    assert [len(grid.cells) for grid in document.grids] == [2]
    assert "LibreOffice" in document.findings[0].message
