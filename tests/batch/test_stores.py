"""Files that come whole or not at all, in folders and behind URLs."""

import errno
from pathlib import Path

import pytest

from reportparse.batch.stores import Store, is_url, open_store, read_whole, write_whole
from reportparse.errors import ExportError, InputError


@pytest.fixture(params=["local", "url"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "local":
        return open_store(f"file://{tmp_path}/store")
    pytest.importorskip("fsspec")
    return open_store(f"local://{tmp_path}/store")


def test_file_can_be_written_read_moved_and_removed(store: Store) -> None:
    write_whole(store, "a/b.txt", b"one")
    store.move("a/b.txt", "c/d.txt")

    assert read_whole(store, "c/d.txt") == b"one"
    assert (store.names("a"), store.names("c"), store.names("none")) == ([], ["d.txt"], [])
    store.remove("c/d.txt")
    store.remove("c/d.txt")
    assert not store.exists("c/d.txt")


def test_file_whose_writing_failed_is_not_there(store: Store) -> None:
    def fail() -> None:
        with store.create("a.txt") as file:
            file.write(b"half")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()

    assert store.names("") == []


def test_file_before_stays_until_the_new_one_is_whole(store: Store) -> None:
    write_whole(store, "a.txt", b"before")
    with pytest.raises(ValueError, match="stop"), store.create("a.txt"):
        raise ValueError("stop")

    assert read_whole(store, "a.txt") == b"before"


def test_folder_is_removed_with_all_in_it(store: Store) -> None:
    write_whole(store, "a/b/c.txt", b"")

    store.remove_folder("a")
    store.remove_folder("a")

    assert not store.exists("a/b/c.txt")


def test_what_was_being_written_is_removed_and_nothing_else(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for name in (".a.txt.0123abcd.tmp", "a.txt", ".a.txt", "b.tmp", ".b.tmp"):
        write_whole(store, f"a/{name}", b"")

    store.remove_unfinished("a")
    store.remove_unfinished("none")

    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [".a.txt", ".b.tmp", "a.txt", "b.tmp"]


def test_full_disk_says_what_to_do(store: Store) -> None:
    told = "the disk is full; make room and give the same command again"

    with pytest.raises(ExportError, match=told), store.create("a.txt"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_store_can_be_opened_elsewhere_by_its_location(store: Store) -> None:
    write_whole(store, "a.txt", b"one")

    assert read_whole(open_store(store.location), "a.txt") == b"one"


def test_unknown_protocol_is_told() -> None:
    pytest.importorskip("fsspec")

    with pytest.raises(InputError, match="cannot be opened"):
        open_store("nosuch://a/b")


def test_urls_are_told_from_paths() -> None:
    assert [is_url(place) for place in ("memory://a", "file:///a", "/a", "a")] == [True, False, False, False]
