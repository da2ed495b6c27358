"""Numbers in prose, the cells that they may mean, and whether those agree.

A claim is no correction: prose may count letters where the table counts requests, or speak of another scope. So a
difference is a note. What a sentence may say is data; this module finds the numbers and compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from ..forms import FormSpec
from ..kinds import CellRef, Finding, Place, Section, Value
from ..spans import Span
from ..text.normalize import NormalText
from ..text.prose import Sentence, iter_sentences, read_sentence, table_zones
from .checks import Cells, exact_sum
from .claimrules import ClaimData, ClaimRule, load_claim_data, sums_of

_NEAR = 120  # characters before a number in which another matter would be named
_CLAUSES_RE = re.compile(r"[\s\S]*[，。；：,;]")
_YEAR_RE = re.compile(r"(20\d\d)年")


class _Said(NamedTuple):
    """What a sentence says: a rule, a value, its place in the normal text; ``at_least`` where cells may hold more."""

    rule: ClaimRule
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
        tables: Stretches of the source that are tables: cells, or whole tables such as those of no known form.
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
    data = load_claim_data()
    values = _values_of(cells)
    said = _read_prose(normal, sections, table_zones(normal, tables), data, year)
    claims: list[dict[str, Any]] = []
    findings: list[Finding] = []
    sums = sums_of(form)
    printed = {place for place, fields in cells.items() if fields["state"] != "missing"} if said else set()
    for one in said:
        if quantities := tuple(dict.fromkeys(filter(None, (sum_.cells_of(printed) for sum_ in sums[one.rule.key])))):
            claims.append(_claim(one, quantities, values, normal))
            if claims[-1]["agrees"] is False:
                findings.append(_difference(one, claims[-1]["span"], quantities, values))
    findings += _bound_findings(data, values)
    findings += _told_findings(data, values, normal.text)
    return claims, tuple(findings)


def _read_prose(
    normal: NormalText, sections: Sequence[Section], tables: Sequence[Span], data: ClaimData, year: int | None
) -> list[_Said]:
    """What all sentences say, step by step for all of them, which takes less time than sentence by sentence."""
    text = normal.text
    stretches = list(iter_sentences(normal, sections, tables, data.topics))
    held = [data.rules_in("".join(text[stretch.low : stretch.high].split())) for stretch in stretches]
    read = [(read_sentence(text, stretch), rules) for stretch, rules in zip(stretches, held, strict=True) if rules]
    return [claim for sentence, rules in read for claim in _read_sentence(sentence, rules, data, year)]


def _values_of(cells: Cells) -> dict[Place, Value]:
    """The certain numbers of all cells, those of tables that only a person filled too."""
    return {
        place: fields["value"] for place, fields in cells.items() if fields["certain"] and fields["value"] is not None
    }


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


def _bound_findings(data: ClaimData, values: Mapping[Place, Value]) -> Iterator[Finding]:
    """Relations between cells that no form states, and that a lawful report may break."""
    for bound in data.bounds:
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


def _told_findings(data: ClaimData, values: Mapping[Place, Value], text: str) -> Iterator[Finding]:
    """Cells that oblige the author to say something which the text does not mention."""
    for entry in data.told:
        place = entry["value"]
        if values.get(place, 0) > 0 and not re.search(entry["words"], text):
            told = f"{'.'.join(place)} is {values[place]}, and the text does not speak of {entry['words']}"
            yield _note(entry["key"], told, (place,))


def _read_sentence(sentence: Sentence, rules: Sequence[ClaimRule], data: ClaimData, year: int | None) -> list[_Said]:
    """What one sentence says, in its order. The first rule that takes a number keeps it."""
    text, numbers = sentence.text, sentence.numbers
    last = max(numbers, default=-1)
    said: list[tuple[int, _Said]] = []
    taken: set[int] = set()
    for rule in rules:
        for place, end in _matches(rule.says, text, last) if rule.says and numbers else ():
            if (place in taken and "均" not in text) or place not in numbers:
                continue
            if not _is_about(rule, sentence, place, end, data, year):
                continue
            taken.add(place)
            value, span = numbers[place]
            said.append((place, _Said(rule, _scaled(value, rule, text, place), span)))
        for match in rule.none.finditer(text) if rule.none else ():
            if "#" in match[0] or not _is_about(rule, sentence, match.start(), match.end(), data, year):
                continue
            said.append((match.start(), _Said(rule, 0, sentence.normal_span(*match.span()))))
    if not said:
        return []
    claims = [claim for _, claim in sorted(said, key=lambda pair: pair[0])]
    return sorted(claims + _say_all(sentence, claims, data), key=lambda claim: claim.span)


def _matches(pattern: re.Pattern[str], text: str, last: int) -> list[tuple[int, int]]:
    """Places of claimed numbers up to the ``last`` one, and where the wording ends.

    A wording that begins inside another is found too.
    """
    found: list[tuple[int, int]] = []
    start = 0
    while start <= last and (match := pattern.search(text, start)):
        place = match.start(match.lastindex or 0)
        found.append((place, match.end()))
        start = max(match.start() + 1, place)
    return found


def _is_about(rule: ClaimRule, sentence: Sentence, place: int, end: int, data: ClaimData, year: int | None) -> bool:
    """Whether a wording speaks of this report's year and of what the rule is about."""
    text = sentence.text
    if "foreign" not in rule.allows:
        foreign = [match.end() for match in data.foreign.finditer(text, max(0, place - _NEAR), end)]
        if foreign and not data.topic.search(text, foreign[-1], end):
            return False
    if "past" not in rule.allows:
        near = max(0, place - _NEAR)
        clauses = _CLAUSES_RE.match(text, near, place)
        clause = clauses.end() if clauses else near
        named = _YEAR_RE.search(text, clause, place)
        if data.past.search(text, clause, end) or (named and year is not None and int(named[1]) != year):
            return False
    if rule.context is None or sentence.stretch.kind in rule.sections:
        return True
    return rule.context.search(text) is not None or rule.context.search(sentence.lead) is not None


def _scaled(value: Value, rule: ClaimRule, text: str, place: int) -> Value:
    if rule.scale == 1:
        return value
    return Decimal(value) if text.startswith("万", place + 1) else Decimal(value) / rule.scale


def _say_all(sentence: Sentence, said: Sequence[_Said], data: ClaimData) -> list[_Said]:
    """Wordings such as 均按时办结, which repeat the one number said before of what they speak of."""
    found: list[_Said] = []
    for rule in data.repeating:
        if rule.all is None or (match := rule.all.search(sentence.text)) is None:
            continue
        span = sentence.normal_span(*match.span())
        named = {one.value for one in said if one.rule.key in rule.all_of and one.span.end <= span.start}
        if len(named) == 1 and not any(one.rule.key == rule.key for one in said):
            found.append(_Said(rule, named.pop(), span, at_least=True))
    return found
