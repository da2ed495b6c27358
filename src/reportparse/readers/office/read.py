"""Old office files (DOC, WPS, RTF, ODT): converted to DOCX by an office program, where one is installed.

The program runs in a profile of its own that is thrown away, without macros, without updates of links, with a proxy
that leads nowhere, for a limited time, and on Linux in limited memory.
"""

from __future__ import annotations

import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

from ...document import SourceDocument
from ...errors import InputError
from ...kinds import Finding
from ...limits import DEFAULT_LIMITS, Limits, exceeded
from ...resources import read_json
from ..docx.read import read_docx
from ..formats import recognize_format
from .compound import read_stream
from .packages import Package

_OTHERWISE = "or save it as DOCX, PDF or HTML in the program that made it, and give that file"
_INSTALL = f"install LibreOffice so that soffice is on the search path, {_OTHERWISE}"
_NAMESPACE = "http://openoffice.org/2001/registry"
# What a variable of the environment may say of the network, the display or the profile is no business of a conversion.
_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "LD_LIBRARY_PATH")
_MAX_SAID = 200
# What the program may hold; a report takes it 0.2 GB, and ten kilobytes of an attack had taken it three.
_MAX_MEMORY = 1_500_000_000
_COMPOUND = b"\xd0\xcf\x11\xe0"
# The second byte of the flags of an old Word file; its lowest bit says that it is encrypted.
_FLAGS = 11


def read_office(data: bytes, limits: Limits = DEFAULT_LIMITS) -> SourceDocument:
    """Convert an old office file, and read what comes of it.

    Raises:
        InputError: No office program is installed, or it cannot open the file, or takes longer than the limit.
    """
    kind = recognize_format(data)
    says = kind.says if kind else "an office file"
    if _is_locked(data):
        message = f"this is {says}, and a password locks it; open it with its password, save it without one"
        raise InputError(f"{message}, and give that file", code="locked_file")
    program = find_program()
    if program is None:
        message = f"this is {says}, which needs an office program to be read; {_INSTALL}"
        raise InputError(message, code="converter_missing")
    converted = _convert(program, data, says, limits)
    document = read_docx(converted, limits)
    message = f"this is {says}; it was converted to DOCX by {_version(converted)} and read from there"
    return replace(document, findings=(Finding(code="converted", severity="note", message=message), *document.findings))


def _is_locked(data: bytes) -> bool:
    """Whether an old Word file says that its text is encrypted."""
    with suppress(InputError):
        stream = read_stream(data, "WordDocument") if data.startswith(_COMPOUND) else None
        return stream is not None and len(stream) > _FLAGS and bool(stream[_FLAGS] & 1)
    return False


def find_program() -> str | None:
    """The office program: on the search path, or where it usually stands."""
    known = read_json("office.json")
    for name in known["programs"]:
        found: str | None = shutil.which(name)
        if found:
            return found
    places: list[str] = [place for pattern in known["places"] for place in sorted(glob.glob(pattern))]
    return next((place for place in places if os.access(place, os.X_OK)), None)


def _convert(program: str, data: bytes, says: str, limits: Limits) -> bytes:
    """The bytes of the converted file."""
    with tempfile.TemporaryDirectory(prefix="reportparse-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / "in" / "document.bin", folder / "out" / "document.docx"
        source.parent.mkdir()
        target.parent.mkdir()
        source.write_bytes(data)
        _write_profile(folder / "profile")
        said = _run(_command(program, folder, source), folder, says, limits)
        if not target.is_file():
            raise InputError(
                f"this is {says}, and {Path(program).name} could not convert it (it may be damaged, or a password may "
                f"lock it){said}; open it in the program that made it, and save it as DOCX, PDF or HTML",
                code="conversion_failed",
            )
        size = target.stat().st_size
        if size > limits.max_bytes:
            raise exceeded(limits, "max_bytes", f"the converted file has {size:,} bytes")
        return target.read_bytes()


def _command(program: str, folder: Path, source: Path) -> list[str]:
    return [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--invisible",
        "--norestore",
        "--nologo",
        "--nodefault",
        "--nolockcheck",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path={quoteattr(path)}><prop oor:name={quoteattr(name)} oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in read_json("office.json")["settings"]
    )
    user = folder / "user"
    user.mkdir(parents=True)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="{_NAMESPACE}">{items}</oor:items>\n'
    (user / "registrymodifications.xcu").write_text(text, "utf-8")


def _run(command: list[str], folder: Path, says: str, limits: Limits) -> str:
    """Run the program to its end; tells what it said, if anything. Past the time limit all its processes are ended."""
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment |= {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TEMP": str(folder),
        "TMP": str(folder),
        "LANG": "C.UTF-8",
    }
    log = folder / "log"
    with log.open("wb") as said:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            message = f"this is {says}, and {command[0]} cannot be run ({error}); {_INSTALL}"
            raise InputError(message, code="converter_missing") from error
        _bound_memory(process)
        try:
            process.wait(limits.max_office_seconds)
        except subprocess.TimeoutExpired as error:
            found = f"this is {says}, and its conversion took longer than {limits.max_office_seconds} seconds"
            raise exceeded(limits, "max_office_seconds", found) from error
        finally:
            _end_all(process)
    with log.open("rb") as said:
        words = said.read(_MAX_SAID).decode("utf-8", "replace").replace(str(folder), "").split()
    return f": {' '.join(words)}" if words else ""


def _bound_memory(process: subprocess.Popen[bytes]) -> None:
    """Let the program, and what it starts from now on, hold no more than a bounded amount of memory."""
    if sys.platform == "linux":
        import resource

        with suppress(ProcessLookupError, PermissionError, ValueError):
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (_MAX_MEMORY, _MAX_MEMORY))


def _end_all(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _version(converted: bytes) -> str:
    """The name and version of the program, as it wrote them into the file."""
    package = Package(converted, DEFAULT_LIMITS)
    for element in package.elements("docProps/app.xml", "Application"):
        return (element.text or "").partition("$")[0].strip() or "an office program"
    return "an office program"
