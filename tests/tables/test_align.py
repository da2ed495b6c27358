import pytest

from reportparse.tables.align import settle_order
from reportparse.tables.rows import SeenRow
from reportparse.text.labels import Address

ORDER: dict[Address, int] = {("t", key): place for place, key in enumerate("abcdef")}


def rows(print_order: str) -> list[SeenRow]:
    """Rows as words of letters: each letter is a row of the form that the label may name."""
    return [SeenRow(0, 0, tuple(("t", key) for key in word)) for word in print_order.split()]


def settled(print_order: str) -> str:
    """The letters chosen; in capitals where the row stands outside the chain, . where nothing settles it."""
    chosen = settle_order(rows(print_order), ORDER)
    return " ".join(
        "." if address is None else address[1] if in_chain else address[1].upper() for address, in_chain in chosen
    )


@pytest.mark.parametrize(
    ("printed", "expected", "why"),
    [
        ("", "", "no rows"),
        ("a b c", "a b c", "the order of the form"),
        ("a c", "a c", "a missing row is passed over"),
        ("a be c be f", "a b c e f", "one label for two rows: its neighbours tell which"),
        ("a be f", "a b f", "either would do: the first of the form"),
        ("c be f", "c e f", "only the second fits behind"),
        ("be c", "b c", "only the first fits before"),
        ("a be be f", "a b e f", "printed twice: one for each"),
        ("be be be", "b e .", "printed once too often: the last is left open"),
        ("b a c d", "B a c d", "one row out of order keeps its own address"),
        ("a d b c", "a D b c", "the longer chain wins"),
        ("a a b", "a A b", "a row printed twice: the first stands in the chain"),
        ("d be c", "D b c", "a doubtful label goes with the longer chain"),
    ],
)
def test_rows_follow_the_form_as_far_as_they_can(printed: str, expected: str, why: str) -> None:
    assert settled(printed) == expected, why


def test_addresses_of_other_tables_do_not_count() -> None:
    row = SeenRow(0, 0, (("other", "a"), ("t", "b")))
    foreign = SeenRow(0, 0, (("other", "a"),))

    assert list(settle_order([row, foreign], ORDER)) == [(("t", "b"), True), (None, False)]
