"""``python -m reportparse`` is the command ``reportparse``."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main(prog_name="reportparse")
