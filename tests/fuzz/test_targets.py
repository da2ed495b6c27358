"""A quick look with each fuzzing target: a few inputs, the same in every run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.choices import Choices
from fuzz.run import failure_of, shrunk
from fuzz.targets import TARGETS

RUN = Path(__file__).with_name("run.py")


@pytest.mark.parametrize("name", TARGETS)
def test_target_holds_for_a_few_inputs(name: str) -> None:
    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(st.binary(min_size=1, max_size=600))
    def attempt(data: bytes) -> None:
        TARGETS[name](data)

    attempt()


def test_choices_end_in_the_first_option() -> None:
    choices = Choices(b"\x01")

    assert [choices.pick("ab"), choices.pick("ab"), choices.text(), bool(choices)] == ["b", "a", "", False]


def test_failing_input_is_made_small() -> None:
    def target(data: bytes) -> None:
        assert b"x" not in data

    small = shrunk(target, b"ab" * 50 + b"x" + b"cd" * 50)

    assert small == b"x"
    assert failure_of(target, small).startswith("AssertionError at test_targets.py:")


@pytest.mark.parametrize("engine", ["hypothesis", "atheris"])
def test_command_runs_a_target_and_tells_the_executions(engine: str, tmp_path: Path) -> None:
    if engine == "atheris":
        pytest.importorskip("atheris", reason="the extra fuzz is not installed")
    command = [
        sys.executable,
        str(RUN),
        "decoding",
        "--minutes",
        "0.04",
        "--engine",
        engine,
        "--findings",
        str(tmp_path),
    ]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert re.search(rf"^decoding, {engine}: [\d,]+ executions in .* 0 findings$", done.stdout, re.MULTILINE)


def test_command_names_the_targets_where_there_is_none_of_a_name() -> None:
    done = subprocess.run([sys.executable, str(RUN), "nothing"], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "decoding, html, pipeline" in done.stderr
