"""Reports put together by the body they are of and the year they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .authorities import Authority, read_authority
from .measure import Facts
from .revisions import Choice, choose_report

BodyOf = Callable[[Facts], str | None]


@dataclass(frozen=True, slots=True)
class Bodies:
    """Reports by body and year.

    Attributes:
        years: The report of each year, by body; bodies and years in order.
        authorities: What the names of the bodies say, by body.
        left_out: Reports that are of no body or year, as id and reason.

    Example:
        >>> group_reports([Facts("a", "海棠市", None, "2021", None, "", {}, 0)]).left_out
        (('a', 'the report names no year'),)
    """

    years: Mapping[str, Mapping[int, Choice]]
    authorities: Mapping[str, Authority]
    left_out: tuple[tuple[str, str], ...]


def group_reports(
    reports: Iterable[Facts], *, body: BodyOf | None = None, years: Iterable[int] | None = None
) -> Bodies:
    """Put reports together by body and year, and choose where a year has several.

    Args:
        reports: What is known of the reports, in any order.
        body: What reports belong together, in place of the name of the authority; None leaves a report out.
        years: The years that are wanted; all if not given.

    Example:
        >>> names = ("海棠市", "海棠市人民政府", "青禾市")
        >>> facts = [Facts(name, name, 2022, "2021", None, name, {}, 0) for name in names]
        >>> bodies = group_reports(facts)
        >>> {body: [len(choice.all) for choice in years.values()] for body, years in bodies.years.items()}
        {'海棠市': [2], '青禾市': [1]}
    """
    groups: dict[str, dict[int, list[Facts]]] = defaultdict(lambda: defaultdict(list))
    authorities: dict[str, Authority] = {}
    left_out: list[tuple[str, str]] = []
    wanted = None if years is None else frozenset(years)
    for facts in reports:
        authority = read_authority(facts.authority) if facts.authority else None
        key = body(facts) if body else authority.body if authority else None
        if key is None:
            left_out.append((facts.id, "the caller left it out" if body else "the report names no authority"))
        elif facts.year is None:
            left_out.append((facts.id, "the report names no year"))
        elif wanted is not None and facts.year not in wanted:
            left_out.append((facts.id, "its year was not asked for"))
        else:
            groups[key][facts.year].append(facts)
            # Of several names the smallest, so that the order of the reports does not matter.
            said = authority or read_authority(key)
            authorities[key] = min(authorities.get(key, said), said, key=lambda one: one.name)
    chosen = {
        key: {
            year: choose_report(found, is_unique=body is not None or authorities[key].is_unique)
            for year, found in sorted(own.items())
        }
        for key, own in sorted(groups.items())
    }
    return Bodies(chosen, dict(sorted(authorities.items())), tuple(left_out))
