"""Optional libraries."""

import sys

import pytest

from reportparse.errors import MissingExtraError
from reportparse.libraries import load_library


def test_a_library_that_is_there_is_loaded() -> None:
    assert load_library("json.decoder").JSONDecoder


def test_a_library_that_is_not_there_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(MissingExtraError, match=r"pandas; install reportparse\[plot\]") as caught:
        load_library("pandas", "plot")

    assert (caught.value.code, caught.value.place) == ("extra_missing", "pandas")
