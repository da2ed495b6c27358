"""What the commands write to a terminal or a pipe: data to standard output, messages to standard error."""

from __future__ import annotations

import errno
import sys

import click

from ..views.textparts import clean

MAX_MESSAGE = 1_000  # characters; a name may be as long as its author likes
# What stands in for the signs of the text view on a console whose encoding lacks them.
_PLAIN_SIGNS = str.maketrans({"─": "-", "·": ".", "…": "~", "×": "x", "–": "-", "→": ">", "⏎": ",", "⇥": ">"})


def console_encoding() -> str:
    """The encoding of standard output."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def print_text(text: str, encoding: str = "utf-8") -> None:
    """Write text to standard output; signs that the encoding lacks are replaced, never an error.

    Raises:
        OSError: There is no standard output.
    """
    if not text:
        return
    if sys.stdout is None:
        raise OSError(errno.EBADF, "there is no standard output")
    data = _encoded(text, encoding)
    if sys.platform == "win32" and sys.stdout.isatty():
        click.echo(data.decode(encoding), nl=False)  # a Windows console takes characters, not bytes
        return
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def say(message: str) -> None:
    """Write a message to standard error, on one line and without anything that could steer a terminal."""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    line = clean(message, MAX_MESSAGE)  # names of files and members are printed by strangers too
    click.echo(f"reportparse: {line}".encode(encoding, "replace").decode(encoding), err=True)


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN_SIGNS).encode(encoding, "replace")
