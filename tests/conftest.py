import os

import pytest
from hypothesis import settings

# Derandomised, so that a run says the same on every machine; no deadline, because machines differ in speed.
settings.register_profile("suite", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite expected.json of every golden report")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("--update-golden is refused where CI is set: expected results are reviewed, not made")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))
