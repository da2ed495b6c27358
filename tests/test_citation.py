"""The citation file: valid, and of this version."""

import re
import shutil
import subprocess

import pytest

import reportparse
from locations import ROOT

FILE = ROOT / "CITATION.cff"


def test_citation_names_this_version_and_licence() -> None:
    fields = dict(re.findall(r"^([\w-]+): (.+)$", FILE.read_text("utf-8"), re.MULTILINE))

    assert fields["version"] == reportparse.__version__
    assert (fields["cff-version"], fields["title"], fields["license"]) == ("1.2.0", "reportparse", "Apache-2.0")


@pytest.mark.skipif(shutil.which("cffconvert") is None, reason="cffconvert is not installed")
def test_citation_is_valid_by_its_own_tool() -> None:
    done = subprocess.run(["cffconvert", "--validate", "-i", str(FILE)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
