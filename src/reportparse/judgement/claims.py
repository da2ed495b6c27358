"""Numbers in prose, the cells that they may mean, and whether those agree.

A claim is no correction: prose may count letters where the table counts requests, or speak of another scope. So a
difference is a note. What a sentence may say is data; this module finds the numbers and compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, cached_property
from itertools import chain, product
from typing import Any, NamedTuple

from ..errors import FormDataError
from ..forms import FormSpec
from ..kinds import CellRef, Finding, Section, Value
from ..resources import read_json
from ..spans import Span
from ..text.normalize import NormalText
from ..text.prose import Sentence, iter_sentences, table_zones
from .checks import Cells, exact_sum, values_of
from .rules import Place, group_rows

# The codes of findings that data may ask for.
NOTICES = (
    "text_new_requests",
    "text_answered",
    "text_carried_over",
    "text_carried_forward",
    "text_review",
    "text_litigation",
    "text_differs",
    "answered_is_completed",
    "channels_bound",
    "disclosed_bound",
    "fee_reported",
)
_NEAR = 120  # characters before a number in which another matter would be named
_CLAUSE_RE = re.compile(r"[，。；：,;]")
_YEAR_RE = re.compile(r"(20\d\d)年")


class _Rule(NamedTuple):
    """One thing that prose says of cells; ``none`` and ``all`` are wordings without a number."""

    key: str
    quantities: tuple[str, ...]
    notice: str
    words: frozenset[str]
    says: re.Pattern[str] | None
    none: re.Pattern[str] | None
    all: re.Pattern[str] | None
    all_of: frozenset[str]
    context: re.Pattern[str] | None
    sections: frozenset[str]
    allows: frozenset[str]
    scale: int


class _Phrases(NamedTuple):
    """The data of this module, compiled; ``by_word`` holds each word with the numbers of the rules that have it."""

    rules: tuple[_Rule, ...]
    by_word: tuple[tuple[str, tuple[int, ...]], ...]
    topics: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    foreign: re.Pattern[str]
    topic: re.Pattern[str]
    past: re.Pattern[str]
    bounds: tuple[dict[str, Any], ...]
    told: tuple[dict[str, str], ...]

    def rules_in(self, text: str) -> list[_Rule]:
        """The rules, in their order, of which a sentence holds a word."""
        held = [numbers for word, numbers in self.by_word if word in text]
        return [self.rules[number] for number in sorted(set(chain.from_iterable(held)))] if held else []


class _Said(NamedTuple):
    """What a sentence says: a rule, a value, its place in the normal text; ``at_least`` where cells may hold more."""

    rule: _Rule
    value: Value
    span: Span
    at_least: bool = False


def find_claims(
    normal: NormalText,
    sections: Sequence[Section],
    cells: Cells,
    form: FormSpec | None,
    *,
    tables: Sequence[Span] = (),
    year: int | None = None,
) -> tuple[list[dict[str, Any]], tuple[Finding, ...]]:
    """Find numbers in prose that may speak of cells, and compare them with those cells.

    Only sections are read, and in them no table. Percentages, years, numbers of another year or of another matter
    (hotlines, proposals, petitions) are no claims, nor are rounded numbers such as 近百件.

    Args:
        normal: The text.
        sections: The sections of the text.
        cells: What was read of each cell.
        form: The form of the report; without one a number can speak of no cell.
        tables: Further stretches of the source that are tables, such as tables of no known form.
        year: The report's year; a number that names another year is no claim.

    Returns:
        The fields of each claim, in the order of the text, and notes on claims and cells that differ.
        ``agrees`` is None where no cell that the number may mean holds a certain number.

    Units:
        Counts are as said, 1.2万 being 12000; money is in the unit of the cell, 万元.

    Raises:
        FormDataError: The packaged data are broken.

    Example:
        >>> from reportparse.forms import load_form
        >>> from reportparse.text.normalize import normalize_text
        >>> text = "全年收到政府信息公开申请十二件。"
        >>> overview = Section(kind="overview", span=Span(0, len(text)))
        >>> claims, _ = find_claims(normalize_text(text), [overview], {}, load_form("2019"))
        >>> claims[0]["value"], claims[0]["quantities"], text[slice(*claims[0]["span"])], claims[0]["agrees"]
        (12, ('requests.new_requests.total',), '十二', None)
    """
    if form is None:
        return [], ()
    phrases = _phrases()
    values = values_of(cells)
    zones = table_zones(normal, [*(span for fields in cells.values() if (span := fields["span"]) is not None), *tables])
    said = [
        claim
        for sentence in iter_sentences(normal, sections, zones, phrases.topics)
        if (rules := phrases.rules_in(sentence.text))
        for claim in _read_sentence(sentence, rules, phrases, year)
    ]
    claims: list[dict[str, Any]] = []
    findings: list[Finding] = []
    known = _Known(form, cells, phrases)
    for one in said:
        if quantities := known.quantities(one.rule):
            claims.append(_claim(one, quantities, values, normal))
            if claims[-1]["agrees"] is False:
                findings.append(_difference(one, claims[-1]["span"], quantities, values))
    findings += _bound_findings(phrases, values)
    findings += _told_findings(phrases, values, normal.text)
    return claims, tuple(findings)


def _claim(
    said: _Said, quantities: Sequence[Sequence[Place]], values: Mapping[Place, Value], normal: NormalText
) -> dict[str, Any]:
    fits = [fit for cells in quantities if (fit := _fits(said, cells, values)) is not None]
    return {
        "quantities": tuple("+".join(map(".".join, cells)) for cells in quantities),
        "value": said.value,
        "span": normal.source_span(*said.span),
        "agrees": any(fits) if fits else None,
    }


class _Known:
    """The quantities of rules as cells that this report can have."""

    def __init__(self, form: FormSpec, cells: Cells, phrases: _Phrases) -> None:
        self._cells = cells
        self._columns = phrases.columns
        self._form = form
        self._groups = group_rows(form)

    @cached_property
    def _printed(self) -> set[Place]:
        return {place for place, fields in self._cells.items() if fields["state"] != "missing"}

    def quantities(self, rule: _Rule) -> tuple[tuple[Place, ...], ...]:
        """Every sum of cells that a rule may speak of; one that needs a cell which no one prints is left out."""
        found: dict[tuple[Place, ...], None] = {}
        for quantity in rule.quantities:
            options = [self._options(place) for term in quantity.split("+") for place in self._places(term)]
            for choice in product(*options):
                found[tuple(place for places in choice for place in places)] = None
        return tuple(found)

    def _places(self, term: str) -> list[Place]:
        table, _, rest = term.partition(".")
        row, _, column = rest.rpartition(".")
        if column.startswith("*"):
            return [(table, row, key) for key in self._columns[column[1:]]]
        return [(table, row, column)]

    def _options(self, place: Place) -> list[tuple[Place, ...]]:
        """The cells that can stand for one: itself, or the rows under a group that prints no number."""
        table, row, column = place
        if place in self._printed or self._is_leaf(place):
            return [(place,)]
        under = [(*key, column) for key in self._groups.get((table, row), ())]
        return [cells] if (cells := tuple(filter(self._is_leaf, under))) else []

    def _is_leaf(self, place: Place) -> bool:
        try:
            table = self._form.table(place[0])
            return not table.row(place[1]).is_group and table.column(place[2]) is not None
        except KeyError:
            return False


def _fits(said: _Said, cells: Sequence[Place], values: Mapping[Place, Value]) -> bool | None:
    try:
        total = exact_sum([values[cell] for cell in cells])
    except KeyError:
        return None
    return total >= said.value if said.at_least else total == said.value


def _difference(
    said: _Said, span: Span, quantities: Sequence[Sequence[Place]], values: Mapping[Place, Value]
) -> Finding:
    cells = next(cells for cells in quantities if all(cell in values for cell in cells))
    printed = exact_sum([values[cell] for cell in cells])
    names = "+".join(".".join(cell) for cell in cells)
    message = f"prose says {said.value}, {names} is printed as {printed}; both kept as printed"
    return _note(said.rule.notice, message, cells, (span,))


def _note(code: str, message: str, cells: Sequence[Place], spans: tuple[Span, ...] = ()) -> Finding:
    refs = tuple(CellRef(table=table, row=row, column=column) for table, row, column in cells)
    return Finding(code=code, severity="note", message=message, spans=spans, cells=refs)


def _bound_findings(phrases: _Phrases, values: Mapping[Place, Value]) -> Iterator[Finding]:
    """Relations between cells that no form states, and that a lawful report may break."""
    for bound in phrases.bounds:
        place, low, high = (bound["value"], bound.get("at_least", ()), bound.get("at_most", ()))
        value = values.get(place)
        if value is None:
            continue
        for cell in low:
            if cell in values and values[cell] > value:
                told = f"{'.'.join(place)} is {value}, less than {values[cell]} in {'.'.join(cell)}; kept as printed"
                yield _note(bound["key"], told, (place, cell))
                break
        else:
            if high and all(cell in values for cell in high):
                most = exact_sum([values[cell] for cell in high])
                if value > most:
                    names = "+".join(".".join(cell) for cell in high)
                    told = f"{'.'.join(place)} is {value}, more than {most} in {names}; kept as printed"
                    yield _note(bound["key"], told, (place, *high))


def _told_findings(phrases: _Phrases, values: Mapping[Place, Value], text: str) -> Iterator[Finding]:
    """Cells that oblige the author to say something which the text does not mention."""
    for entry in phrases.told:
        place = _place(entry["value"])
        if values.get(place, 0) > 0 and not re.search(entry["words"], text):
            told = f"{'.'.join(place)} is {values[place]}, and the text does not speak of {entry['words']}"
            yield _note(entry["key"], told, (place,))


def _read_sentence(sentence: Sentence, rules: Sequence[_Rule], phrases: _Phrases, year: int | None) -> list[_Said]:
    """What one sentence says, in its order. The first rule that takes a number keeps it."""
    text = sentence.text
    said: list[tuple[int, _Said]] = []
    taken: set[int] = set()
    for rule in rules:
        for place, end in _matches(rule.says, text) if rule.says and sentence.numbers else ():
            if (place in taken and "均" not in text) or place not in sentence.numbers:
                continue
            if not _is_about(rule, sentence, place, end, phrases, year):
                continue
            taken.add(place)
            value, span = sentence.numbers[place]
            said.append((place, _Said(rule, _scaled(value, rule, text, place), span)))
        for match in rule.none.finditer(text) if rule.none else ():
            if "#" in match[0] or not _is_about(rule, sentence, match.start(), match.end(), phrases, year):
                continue
            said.append((match.start(), _Said(rule, 0, sentence.normal_span(*match.span()))))
    if not said:
        return []
    claims = [claim for _, claim in sorted(said, key=lambda pair: pair[0])]
    return sorted(claims + _say_all(sentence, claims, phrases), key=lambda claim: claim.span)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Places of claimed numbers, and where the wording ends. A wording that begins inside another is found too."""
    match = pattern.search(text)
    while match:
        place = match.start(match.lastindex or 0)
        yield place, match.end()
        match = pattern.search(text, max(match.start() + 1, place))


def _is_about(rule: _Rule, sentence: Sentence, place: int, end: int, phrases: _Phrases, year: int | None) -> bool:
    """Whether a wording speaks of this report's year and of what the rule is about."""
    text = sentence.text
    if "foreign" not in rule.allows:
        foreign = [match.end() for match in phrases.foreign.finditer(text, max(0, place - _NEAR), end)]
        if foreign and not phrases.topic.search(text, foreign[-1], end):
            return False
    if "past" not in rule.allows:
        near = max(0, place - _NEAR)
        clause = max((match.end() for match in _CLAUSE_RE.finditer(text, near, place)), default=near)
        named = _YEAR_RE.search(text, clause, place)
        if phrases.past.search(text, clause, end) or (named and year is not None and int(named[1]) != year):
            return False
    if rule.context is None or sentence.kind in rule.sections:
        return True
    return rule.context.search(text) is not None or rule.context.search(sentence.lead) is not None


def _scaled(value: Value, rule: _Rule, text: str, place: int) -> Value:
    if rule.scale == 1:
        return value
    return Decimal(value) if text.startswith("万", place + 1) else Decimal(value) / rule.scale


def _say_all(sentence: Sentence, said: Sequence[_Said], phrases: _Phrases) -> list[_Said]:
    """Wordings such as 均按时办结, which repeat the one number said before of what they speak of."""
    found: list[_Said] = []
    for rule in phrases.rules:
        match = rule.all.search(sentence.text) if rule.all else None
        if match is None:
            continue
        span = sentence.normal_span(*match.span())
        named = {one.value for one in said if one.rule.key in rule.all_of and one.span.end <= span.start}
        if len(named) == 1 and not any(one.rule.key == rule.key for one in said):
            found.append(_Said(rule, named.pop(), span, at_least=True))
    return found


@cache
def _phrases() -> _Phrases:
    data = read_json("claims.json")
    try:
        rules = tuple(_rule(entry, data) for entry in data["rules"])
        return _Phrases(
            rules=rules,
            by_word=_by_word(rules),
            topics=tuple(sorted({word for rule in rules if rule.none for word in rule.words})),
            columns={key: tuple(columns) for key, columns in data["columns"].items()},
            foreign=re.compile(data["foreign"]),
            topic=re.compile(data["topic"]),
            past=re.compile(data["past"]),
            bounds=tuple(_bound(entry) for entry in data["bounds"]),
            told=tuple(data["told"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, re.error) as error:
        raise FormDataError(f"broken at {error}", code="data_file_broken", place="data/claims.json") from error


def _by_word(rules: Sequence[_Rule]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    numbers: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for word in rule.words:
            numbers.setdefault(word, []).append(number)
    return tuple((word, tuple(found)) for word, found in numbers.items())


def _rule(entry: dict[str, Any], data: dict[str, Any]) -> _Rule:
    if entry["notice"] not in NOTICES:
        raise ValueError(f"unknown notice {entry['notice']!r}")

    def compiled(name: str) -> re.Pattern[str] | None:
        wordings = "|".join(entry.get(name, ()))
        for part, pattern in data["parts"].items():
            wordings = wordings.replace("{" + part + "}", pattern)
        return re.compile(wordings) if wordings else None

    context = entry.get("context")
    return _Rule(
        key=entry["key"],
        quantities=tuple(entry["quantities"]),
        notice=entry["notice"],
        words=frozenset(entry["words"]),
        says=compiled("says"),
        none=compiled("none"),
        all=compiled("all"),
        all_of=frozenset(entry.get("all_of", ())),
        context=re.compile(data["contexts"][context]) if context else None,
        sections=frozenset(entry.get("sections", ())),
        allows=frozenset(entry.get("allows", ())),
        scale=int(entry.get("scale", 1)),
    )


def _place(name: str) -> Place:
    table, _, rest = name.partition(".")
    row, _, column = rest.rpartition(".")
    return table, row, column


def _bound(entry: dict[str, Any]) -> dict[str, Any]:
    sides = {side: tuple(map(_place, entry.get(side, ()))) for side in ("at_least", "at_most")}
    return {"key": entry["key"], "value": _place(entry["value"]), **sides}
