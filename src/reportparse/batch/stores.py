"""Where a dataset lies: a local folder, or a place that fsspec reaches by its URL. Files come whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from ..errors import ExportError, InputError, MissingExtraError

TEMPORARY = ".tmp"
_IS_TEMPORARY = re.compile(rf"\..+\.[0-9a-f]{{8}}{re.escape(TEMPORARY)}").fullmatch


class Store(Protocol):
    """A folder of files that come whole or not at all. Names are relative, with slashes."""

    @property
    def location(self) -> str:
        """What :func:`open_store` opens again, on this machine or on another that sees the same storage."""

    def names(self, folder: str) -> list[str]:
        """Names of the files directly in a folder, sorted, those being written left out."""

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""

    def size(self, name: str) -> int | None:
        """The bytes of a file; None where there is none."""

    def open(self, name: str) -> IO[bytes]:
        """A file to read from, at any place."""

    def create(self, name: str) -> Any:
        """A context that gives a file to write; it takes its name when the context ends without an error."""

    def move(self, name: str, target: str) -> None:
        """Give a file another name."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def remove_unfinished(self, folder: str) -> None:
        """Remove what ended processes were writing directly in a folder; nothing else may be writing there."""

    def remove_folder(self, folder: str) -> None:
        """Remove a folder with all that is in it, if it is there."""


def is_url(location: str) -> bool:
    """Whether a location is for fsspec, as ``s3://bucket/name``; ``file://`` is a local path.

    Example:
        >>> is_url("s3://bucket/reports"), is_url("file:///data"), is_url("C:/data")
        (True, False, False)
    """
    return "://" in location and not location.startswith("file://")


def open_store(location: str | os.PathLike[str]) -> Store:
    """The store at a path or URL; nothing is created yet.

    Raises:
        MissingExtraError: It is a URL, and fsspec is not installed.
        InputError: No installed library knows the URL's protocol.
    """
    location = os.fspath(location)
    if is_url(location):
        return UrlStore(location)
    return LocalStore(Path(location.removeprefix("file://")).absolute())


def filesystem(url: str) -> tuple[Any, str]:
    """The file system of fsspec and the path in it, of a URL."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        message = "URLs are opened by fsspec; install reportparse[cluster]"
        raise MissingExtraError(message, code="extra_missing", place=url) from error
    try:
        system, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"this URL cannot be opened: {error}", code="unreadable", place=url) from error
    return system, path


def read_whole(store: Store, name: str) -> bytes:
    """The bytes of a file of a store."""
    with store.open(name) as file:
        return file.read()


def write_whole(store: Store, name: str, data: bytes) -> None:
    """Write a file of a store, whole or not at all."""
    with store.create(name) as file:
        file.write(data)


class LocalStore:
    """A folder of this machine, or of a storage that is mounted."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def location(self) -> str:
        """The path."""
        return str(self.root)

    def names(self, folder: str) -> list[str]:
        """See :class:`Store`."""
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(e.name for e in entries if e.is_file() and not e.name.endswith(TEMPORARY))
        except FileNotFoundError:
            return []

    def exists(self, name: str) -> bool:
        """See :class:`Store`."""
        return (self.root / name).is_file()

    def size(self, name: str) -> int | None:
        """See :class:`Store`."""
        return (self.root / name).stat().st_size if self.exists(name) else None

    def open(self, name: str) -> IO[bytes]:
        """See :class:`Store`."""
        return (self.root / name).open("rb")

    @contextmanager
    def create(self, name: str) -> Iterator[IO[bytes]]:
        """See :class:`Store`."""
        target = self.root / name
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}{TEMPORARY}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            raise not_written(error, str(target)) from error
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)

    def move(self, name: str, target: str) -> None:
        """See :class:`Store`."""
        try:
            (self.root / target).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).replace(self.root / target)
        except OSError as error:
            raise not_written(error, str(self.root / target)) from error

    def remove(self, name: str) -> None:
        """See :class:`Store`."""
        (self.root / name).unlink(missing_ok=True)

    def remove_unfinished(self, folder: str) -> None:
        """See :class:`Store`."""
        for path in (self.root / folder).glob(f".*{TEMPORARY}"):
            if _IS_TEMPORARY(path.name):
                path.unlink(missing_ok=True)

    def remove_folder(self, folder: str) -> None:
        """See :class:`Store`."""
        shutil.rmtree(self.root / folder, ignore_errors=True)


class UrlStore:
    """A place behind a URL. A file is made here and sent in one piece, so that it appears whole."""

    def __init__(self, url: str) -> None:
        self.location = url.rstrip("/")
        self._system, self._root = filesystem(self.location)

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def names(self, folder: str) -> list[str]:
        """See :class:`Store`."""
        path = self._path(folder)
        self._system.invalidate_cache()
        try:
            entries = self._system.ls(path, detail=True)
        except FileNotFoundError:
            return []
        return sorted(entry["name"].rpartition("/")[2] for entry in entries if entry["type"] == "file")

    def exists(self, name: str) -> bool:
        """See :class:`Store`."""
        self._system.invalidate_cache()
        return bool(self._system.isfile(self._path(name)))

    def size(self, name: str) -> int | None:
        """See :class:`Store`."""
        return int(self._system.size(self._path(name))) if self.exists(name) else None

    def open(self, name: str) -> IO[bytes]:
        """See :class:`Store`."""
        file: IO[bytes] = self._system.open(self._path(name), "rb")
        return file

    @contextmanager
    def create(self, name: str) -> Iterator[IO[bytes]]:
        """See :class:`Store`."""
        try:
            with tempfile.TemporaryDirectory() as folder:
                local = os.path.join(folder, "file")
                with open(local, "xb") as file:
                    yield file
                self._system.makedirs(os.path.dirname(self._path(name)), exist_ok=True)
                self._system.put_file(local, self._path(name))
        except OSError as error:
            raise not_written(error, f"{self.location}/{name}") from error

    def move(self, name: str, target: str) -> None:
        """See :class:`Store`."""
        try:
            self._system.makedirs(os.path.dirname(self._path(target)), exist_ok=True)
            self._system.mv(self._path(name), self._path(target))
        except OSError as error:
            raise not_written(error, f"{self.location}/{target}") from error

    def remove(self, name: str) -> None:
        """See :class:`Store`."""
        with suppress(FileNotFoundError):
            self._system.rm_file(self._path(name))

    def remove_unfinished(self, folder: str) -> None:
        """See :class:`Store`; what is not finished never got there."""

    def remove_folder(self, folder: str) -> None:
        """See :class:`Store`."""
        with suppress(FileNotFoundError):
            self._system.rm(self._path(folder), recursive=True)


def not_written(error: OSError, place: str) -> ExportError:
    """The error for output that cannot be written, with what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        message = "the disk is full; make room and give the same command again: what is done is kept"
    else:
        message = f"cannot be written: {error.strerror or error}"
    return ExportError(message, code="not_written", place=place)


def _sync_folder(folder: Path) -> None:
    # A new name lasts through a power cut only when its folder is written too; Windows has no such call.
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
