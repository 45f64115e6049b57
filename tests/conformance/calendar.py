"""Cases of business-time arithmetic, in the form of cases/calendar.json."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import slaengine as sla

Case: TypeAlias = Mapping[str, Any]
Shifts: TypeAlias = Sequence[Sequence[str]]
Answer: TypeAlias = datetime | timedelta | bool


def differences(case: Case) -> Iterator[str]:
    """What the engine answers, where that is not what the case expects."""
    got = answer(case)
    if not agrees(case["expect"], got):
        yield f"expected {case['expect']!r}, got {shown(got)!r}"


def answer(case: Case) -> Answer:
    """Carry out the operation. Backwards, by a negative duration, `add` and `subtract` are each other's dual."""
    office, start = schedule(case["calendar"]), case["start"]
    length = timedelta(seconds=case.get("duration_s", 0))
    match case["op"]:
        case "elapsed":
            return office.elapsed(start, case["end"])
        case "add":
            return office.due(start, length) if length >= timedelta() else office.subtract(start, -length)
        case "subtract":
            return office.subtract(start, length) if length >= timedelta() else office.due(start, -length)
        case "is_open":
            return office.is_open(start)
        case "next_open":
            return office.next_open(start)
        case unknown:
            raise ValueError(f"unknown operation {unknown!r}")


def schedule(given: Case, years: tuple[int, int] = (1970, 2070)) -> sla.Schedule:
    """The schedule of a case. An interval whose `from` is later than its `to` runs past midnight."""
    return sla.Schedule(
        given["tz"],
        {weekday: shifts(pairs) for weekday, pairs in given["hours"].items()},
        holidays=given.get("holidays") or (),
        special_hours=dated(given.get("special_hours")),
        breaks=dated(given.get("breaks")),
        holiday_cuts=given.get("holiday_cuts") or "date",
        years=years,
    )


def dated(given: Mapping[str, Shifts] | None) -> dict[str, list[tuple[str, str]]]:
    return {day: shifts(pairs) for day, pairs in (given or {}).items()}


def shifts(pairs: Shifts) -> list[tuple[str, str]]:
    padded = ((_padded(start), _padded(end)) for start, end in pairs)
    return [(start, end if start < end else f"{end}+1") for start, end in padded]


def _padded(time: str) -> str:
    """A time whose text stands in the order of times: "09:00" for "9:00"."""
    hour, colon, rest = time.partition(":")
    return f"{hour.zfill(2)}{colon}{rest}"


def agrees(expected: Any, got: Answer) -> bool:
    match got:
        case bool():
            return expected is got
        case timedelta():
            return bool(expected == got.total_seconds())
        case datetime():
            return isinstance(expected, str) and sla.instant(expected) == sla.instant(got)


def shown(got: Answer) -> Any:
    match got:
        case bool():
            return got
        case timedelta():
            return got.total_seconds()
        case datetime():
            return got.isoformat()
