"""What the name of an authority says of itself: its place, its level, its kind. Nothing is looked up or guessed.

The endings of areas and organs are data, ``data/authorities.json``. A name that fits them in no way says nothing, and
what it does not say is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from ..resources import read_json

Level = Literal["national", "province", "city", "county", "township"]

MAX_NAME = 60  # characters; no authority has a longer name
_MAX_AREAS = 5  # areas in one place: province, prefecture, county, zone, township
_MAX_AREA = 18  # characters of one area
_BRACKETS_RE = re.compile(r"[（(][^（()）]*[）)]")


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a place: its name, and what kind of area it calls itself.

    Example:
        >>> read_authority("鄂温克族自治旗人民政府").areas
        (Area(name='鄂温克族自治旗', area='autonomous_banner'),)
    """

    name: str
    area: str


@dataclass(frozen=True, slots=True)
class Authority:
    """What a name says.

    Attributes:
        name: The name without white space.
        body: The name by which its reports are put together: 宿迁市人民政府 is 宿迁市, a bureau is itself.
        areas: The areas of its place, largest first; empty where it names none.
        organ: What follows the place; empty where the name is a place alone.
        level: ``national``, ``province``, ``city``, ``county`` or ``township``. A 市 is a ``city`` unless it stands
            under another; whether it has the rank of a prefecture the name does not say.
        area: The kind of the smallest area, such as ``district``, ``banner`` or ``new_area``.
        kind: ``government``, ``office``, ``department``, ``street_office``, ``development_zone``,
            ``public_institution``, ``enterprise`` or ``party_organ``.
        is_unique: Whether the name tells one body from all others. There are several 朝阳区, and 公安局 says no place.

    Example:
        >>> zone = read_authority("昆山市花桥经济开发区管理委员会")
        >>> zone.place, zone.level, zone.kind
        ('昆山市花桥经济开发区', None, 'development_zone')
    """

    name: str
    body: str
    areas: tuple[Area, ...]
    organ: str
    level: Level | None
    area: str | None
    kind: str | None
    is_unique: bool

    @property
    def place(self) -> str | None:
        """The place, as the name has it."""
        return "".join(area.name for area in self.areas) or None


@lru_cache(maxsize=10_000)
def read_authority(name: str) -> Authority:
    """Read place, level and kind from the name of an authority, as far as the name itself says.

    Args:
        name: The name in Simplified characters, as in :attr:`reportparse.Report.authority`.

    Example:
        >>> bureau = read_authority("广元市利州区退役军人事务局")
        >>> bureau.place, bureau.organ, bureau.level, bureau.kind
        ('广元市利州区', '退役军人事务局', 'county', 'department')
        >>> district = read_authority("朝阳区人民政府")
        >>> district.level, district.is_unique
        ('county', False)
        >>> read_authority("宿迁市人民政府").body
        '宿迁市'
    """
    full = "".join(name.split())[:MAX_NAME]
    plain = _BRACKETS_RE.sub("", full)
    prefix = next((start for start in _data()["vertical"] if plain.startswith(start)), "")
    areas, organ = _split(plain.removeprefix(prefix))
    specs = [_specs()[area.area] for area in areas]
    kind = _kind(organ, areas) if organ or not prefix else _kind(prefix, ())
    if not organ and areas:
        kind = specs[-1]["alone"]
    is_branch = _matches("branch", organ) or ("、" in organ and not areas)
    level = None if is_branch else specs[-1]["level"] if specs else None
    if not areas and (organ == "" or not prefix) and _matches("national", plain):
        level = "national"
    return Authority(
        name=full,
        body=_body(full, organ, kind) if areas and not prefix and plain == full else full,
        areas=areas,
        organ=organ if areas else plain,
        level=level,
        area=areas[-1].area if areas else None,
        kind=kind,
        is_unique=specs[0]["is_unique"] if specs else level == "national",
    )


def _body(name: str, organ: str, kind: str | None) -> str:
    """The place, for an organ that reports in the name of its place as well; the whole name for all others."""
    is_place = any(rule["kind"] == kind and re.fullmatch(rule["organ"], organ) for rule in _data()["one_body"])
    return name.removesuffix(organ) if is_place else name


def _split(name: str) -> tuple[tuple[Area, ...], str]:
    """The areas that a name begins with, and the rest; no areas where no reading makes the rest an organ."""
    masked = {place for match in _compiled("no_area").finditer(name) for place in range(*match.span())}
    for areas, end in _readings(name, 0, (), masked):
        if areas and _is_organ(name[end:], areas[-1]):
            return areas, name[end:]
    return (), name


def _readings(
    name: str, start: int, areas: tuple[Area, ...], masked: set[int]
) -> Iterator[tuple[tuple[Area, ...], int]]:
    """Ways to read areas from ``start`` on: short stems first, and as many areas as there are."""
    rank = _specs()[areas[-1].area]["rank"] if areas else 0
    if len(areas) < _MAX_AREAS:
        for end, key in _next_areas(name, start, masked):
            spec = _specs()[key]
            if spec["rank"] > rank and rank in spec.get("under", [rank]):
                yield from _readings(name, end, (*areas, Area(name[start:end], key)), masked)
    yield areas, start


def _next_areas(name: str, start: int, masked: set[int]) -> Iterator[tuple[int, str]]:
    """Where an area that begins at ``start`` may end, and its kind."""
    for key, wholes in _data()["whole_names"].items():
        for whole in wholes:
            if name.startswith(whole, start):
                yield start + len(whole), key
    for end in range(start + 2, min(len(name), start + _MAX_AREA) + 1):
        if end - 1 in masked:
            continue
        for ending, key, stem in _endings():
            if name.endswith(ending, start, end):
                words = name[start : end - len(ending)]
                refused = _compiled("no_stem").search(words) or (not start and _matches("no_first_stem", words))
                if stem.fullmatch(words) and not refused:
                    yield end, key


def _is_organ(words: str, area: Area) -> bool:
    """Whether words can follow an area as its organ, or end with it."""
    if _specs()[area.area]["level"] == "township":
        return _matches("township_organ", words)
    if _compiled("organ_not").search(words):
        return False
    return not words or any(rule.fullmatch(words) for rule, _, _ in _kinds())


def _kind(organ: str, areas: tuple[Area, ...]) -> str | None:
    for pattern, kind, after in _kinds():
        if pattern.fullmatch(organ) and (not after or (areas and areas[-1].area in after)):
            return kind
    return None


def _matches(key: str, words: str) -> bool:
    return _compiled(key).fullmatch(words) is not None


def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_json("authorities.json")
    return found


@cache
def _compiled(key: str) -> re.Pattern[str]:
    return re.compile(_data()[key])


@cache
def _specs() -> Mapping[str, Mapping[str, Any]]:
    return {spec["area"]: spec for spec in _data()["areas"]}


@cache
def _endings() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Endings of areas with the pattern of their stems, the longest first: 自治县 before 县."""
    found = []
    for spec in _data()["areas"]:
        usual = "autonomous_stem" if spec["area"].startswith("autonomous") else "stem"
        stem = re.compile(spec.get("stem", _data()[usual]))
        found += [(ending, spec["area"], stem) for ending in spec["endings"]]
    return tuple(sorted(found, key=lambda entry: -len(entry[0])))


@cache
def _kinds() -> tuple[tuple[re.Pattern[str], str | None, tuple[str, ...]], ...]:
    return tuple((re.compile(rule["organ"]), rule["kind"], tuple(rule.get("after", ()))) for rule in _data()["kinds"])
