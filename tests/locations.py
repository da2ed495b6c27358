"""Where the files stand that tests read."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent
FIXTURES = TESTS / "fixtures"
ROOT = TESTS.parent
# Reports and truths that stand beside the project on some machines; what reads them skips elsewhere.
SHARED = ROOT.parent / "shared"
