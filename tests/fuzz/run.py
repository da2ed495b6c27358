"""Run one target for some minutes, and keep whatever breaks it.

    python tests/fuzz/run.py TARGET [--minutes 10] [--engine atheris|hypothesis] [--findings FOLDER]

Prints executions, executions a second and findings. Exit status 1 where anything was found.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

Target = Callable[[bytes], None]

# libFuzzer kills an input that takes longer or needs more; a promise of the library is far below both.
SECONDS_AN_INPUT = 30
MEGABYTES = 2_000
MAX_SIZE = 2_048
MAX_SHRINKS = 2_000
BATCH = 200


def failure_of(target: Target, data: bytes) -> str:
    """The exception that an input raises, by its type and the line that raised it; empty where it raises none."""
    try:
        target(data)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
    return ""


def shrunk(target: Target, data: bytes) -> bytes:
    """A small input that fails as ``data`` does: ever smaller stretches are left out while it still fails."""
    wanted = failure_of(target, data)
    size, tries = len(data) // 2, 0
    while wanted and size and tries < MAX_SHRINKS:
        place = 0
        while place < len(data) and tries < MAX_SHRINKS:
            shorter = data[:place] + data[place + size :]
            tries += 1
            if failure_of(target, shorter) == wanted:
                data = shorter
            else:
                place += size
        size //= 2
    return data


def keep(target: Target, name: str, data: bytes, folder: Path, found: set[str], told: str = "") -> None:
    """Save an input that fails in a way that was not found before, made small."""
    told = failure_of(target, data) or told
    if told in found:
        return
    found.add(told)
    folder.mkdir(parents=True, exist_ok=True)
    small = shrunk(target, data)
    path = folder / f"{name}-{hashlib.sha256(small).hexdigest()[:12]}"
    path.write_bytes(small)
    sys.stdout.write(f"{path}: {told}\n")
    sys.stdout.flush()


def run_hypothesis(target: Target, name: str, seconds: float, folder: Path) -> tuple[int, set[str]]:
    """Batches of random inputs with another seed each; the first failure of a batch ends it."""
    from hypothesis import HealthCheck, given, seed, settings
    from hypothesis import strategies as st

    found: set[str] = set()
    executions, end, batch = 0, time.monotonic() + seconds, 0
    last = b""

    def attempt(data: bytes) -> None:
        nonlocal executions, last
        executions += 1
        last = data
        told = failure_of(target, data)
        assert not told or told in found, told

    while time.monotonic() < end:
        batch += 1
        quiet = settings(
            max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
        )
        try:
            seed(batch)(quiet(given(st.binary(max_size=MAX_SIZE))(attempt)))()
        except AssertionError:
            keep(target, name, last, folder, found)
    return executions, found


def run_atheris(target: Target, name: str, seconds: float, folder: Path) -> tuple[int, set[str]]:
    """libFuzzer in processes of their own: it ends at the first crash, so another one goes on from the corpus."""
    corpus = folder / f"corpus-{name}"
    corpus.mkdir(parents=True, exist_ok=True)
    _plant_seeds(corpus)
    found: set[str] = set()
    executions, end = 0, time.monotonic() + seconds
    while (left := int(end - time.monotonic())) > 0:
        command = [sys.executable, __file__, name, "--inside", str(corpus), "--findings", str(folder)]
        done = subprocess.run([*command, "--seconds", str(left)], capture_output=True, text=True, check=False)
        executions += _executions(done.stderr)
        crashes = sorted(folder.glob("crash-*")) + sorted(folder.glob("timeout-*")) + sorted(folder.glob("oom-*"))
        for crash in crashes:
            # An input that takes too long or too much fails only in libFuzzer, which names its file so.
            keep(target, name, crash.read_bytes(), folder, found, told=crash.name.partition("-")[0])
            crash.unlink()
        if done.returncode and not crashes:
            raise RuntimeError(f"exit status {done.returncode}: {(done.stdout + done.stderr)[-4_000:]}")
    return executions, found


def _plant_seeds(corpus: Path) -> None:
    """Inputs of several sizes to begin with, the same in every run."""
    rng = Random(2021)
    for size in (0, 8, 32, 128, 512, 1_024, 2_048):
        (corpus / f"seed-{size}").write_bytes(rng.randbytes(size))


def _executions(printed: str) -> int:
    for line in reversed(printed.splitlines()):
        if line.startswith("stat::number_of_executed_units:"):
            return int(line.rpartition(":")[2])
    return 0


def run_inside(name: str, corpus: str, seconds: int, folder: Path) -> None:
    """One run of libFuzzer; it ends this process."""
    import atheris

    with atheris.instrument_imports(include=["reportparse"]):
        from fuzz.targets import TARGETS

    flags = [
        f"-max_total_time={seconds}",
        f"-timeout={SECONDS_AN_INPUT}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-max_len={MAX_SIZE}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *flags, corpus], TARGETS[name])
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--engine", choices=["atheris", "hypothesis"], default="atheris")
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"), help="folder for what breaks a target")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        run_inside(options.target, options.inside, options.seconds, options.findings)
    from fuzz.targets import TARGETS

    if options.target not in TARGETS:
        parser.error(f"there is no target {options.target!r}; targets: {', '.join(TARGETS)}")
    run = run_atheris if options.engine == "atheris" else run_hypothesis
    start = time.monotonic()
    executions, found = run(TARGETS[options.target], options.target, options.minutes * 60, options.findings)
    seconds = time.monotonic() - start
    sys.stdout.write(
        f"{options.target}, {options.engine}: {executions:,} executions in {seconds:,.0f} s, "
        f"{executions / seconds:,.0f} a second, {len(found)} findings\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
