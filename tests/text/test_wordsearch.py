import re

from hypothesis import given
from hypothesis import strategies as st

from reportparse.text.wordsearch import each_of, longest_of

WORDS = st.lists(st.text("费收用公开", min_size=1, max_size=4), min_size=1, max_size=8, unique=True)
TEXTS = st.text("费收用公开，", max_size=30)


@given(WORDS, TEXTS)
def test_each_word_is_found_wherever_it_begins(words: list[str], text: str) -> None:
    found = [(match.start(), match[1] + match[2]) for match in re.finditer(each_of(words), text)]

    begun = [(place, [word for word in words if text.startswith(word, place)]) for place in range(len(text))]
    assert found == [(place, max(here, key=len)) for place, here in begun if here]


@given(WORDS, TEXTS)
def test_the_longest_of_words_is_taken_from_the_left(words: list[str], text: str) -> None:
    longer = [word + "开" for word in words]
    ordered = "|".join(sorted(longer, key=len, reverse=True))

    found = re.findall(longest_of(longer), text)

    assert found == re.findall(ordered, text)


def test_signs_of_patterns_are_only_characters() -> None:
    assert re.findall(each_of(["a]b", "^c", "."]), "xa]b^c.") == [("a", "]b"), ("^", "c"), (".", "")]
