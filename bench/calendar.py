"""A calendar's elapsed and due, one at a time, beside one bare bisect, pandas and businesstimedelta."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from attrs import frozen

from bench.timing import Row, paired
from slaengine.instants import HOUR, Duration, Instant, instant
from slaengine.policies.schedule import Schedule

YEARS = (2019, 2032)
OFFICE = Schedule("Europe/Berlin", "Mon-Fri 09:00-12:30 13:30-17:30", holidays="DE-BE", years=YEARS, name="office")
REPEATS = 9
EACH = 20_000  # operations in a round; peers, which are slow, do a hundredth

Question: TypeAlias = tuple[datetime, datetime, Duration]  # start, end, budget in whole hours
Ask: TypeAlias = Callable[[Sequence[Question]], Sequence[Any]]


@frozen
class Peer:
    """Another library, asked the same questions."""

    name: str
    at_least: float
    answers: Mapping[str, Ask]


OURS: Mapping[str, Ask] = {
    "elapsed": lambda asked: [OFFICE.calendar.elapsed(start, end) for start, end, _ in asked],
    "due": lambda asked: [OFFICE.calendar.due(start, length) for start, _, length in asked],
    "breach": lambda asked: [OFFICE.calendar.breach(start, length) for start, _, length in asked],
}


def rows() -> Iterator[Row]:
    """The rows of this benchmark, for `python -m bench`."""
    yield from _on_integers()
    yield from _on_datetimes()


def _on_integers() -> Iterator[Row]:
    open_time = OFFICE.calendar.open_time
    asked = [(instant(start), instant(end), length) for start, end, length in questions(EACH)]
    medians = paired(
        {
            "bisect": _bisecting(open_time.low, [start for start, _, _ in asked]),
            "elapsed": lambda: [open_time.elapsed(start, end) for start, end, _ in asked],
            "due": lambda: [open_time.due(start, length) for start, _, length in asked],
        },
        REPEATS,
    )
    yield from _beside_the_floor(medians, "integers", at_most=3)


def _on_datetimes() -> Iterator[Row]:
    low, asked = OFFICE.calendar.open_time.low, questions(EACH)
    medians = paired(
        {
            "bisect": _bisecting(low, [instant(start) for start, _, _ in asked]),
            "elapsed": lambda: OURS["elapsed"](asked),
            "due": lambda: OURS["due"](asked),
        },
        REPEATS,
    )
    yield from _beside_the_floor(medians, "aware datetimes", at_most=15)
    for peer in (pandas(), businesstimedelta()):
        yield from _beside(peer, asked[: EACH // 100])


def _bisecting(low: Instant, asked: Sequence[Instant]) -> Callable[[], object]:
    """The floor: one bisect each among the openings of ten years."""
    open_time = OFFICE.calendar.open_time
    opens = [start for start, _ in open_time.source(low, open_time.high)]
    return lambda: [bisect_right(opens, start) for start in asked]


def _beside_the_floor(medians: dict[str, float], kind: str, at_most: float) -> Iterator[Row]:
    for work in ("elapsed", "due"):
        seconds, floor = medians[work] / EACH, medians["bisect"] / EACH
        yield Row(f"calendar {work}, {kind}", seconds, "bare bisect", floor, at_most=at_most)


def _beside(peer: Peer | str, asked: Sequence[Question]) -> Iterator[Row]:
    if isinstance(peer, str):
        yield Row("calendar, aware datetimes", 0.0, peer, note="not installed")
        return
    for work, theirs in peer.answers.items():
        yield _compared(f"calendar {work}, aware datetimes", OURS[work], theirs, peer, asked)


def _compared(work: str, ours: Ask, theirs: Ask, peer: Peer, asked: Sequence[Question]) -> Row:
    differ = sum(mine != yours for mine, yours in zip(ours(asked), theirs(asked), strict=True))
    many = [*asked] * 20  # enough for the clock, and for the caches that the peer has emptied
    medians = paired({"ours": lambda: ours(many), "theirs": lambda: theirs(asked)}, REPEATS)
    seconds = medians["ours"] / len(many)
    if differ:
        return Row(work, seconds, peer.name, note=f"{differ} of {len(asked)} answers differ")
    return Row(work, seconds, peer.name, medians["theirs"] / len(asked), at_least=peer.at_least)


def questions(n: int) -> list[Question]:
    """Starts over ten years, ends within eight weeks of them, budgets of one to forty hours."""
    chance, zone, first = Random(11), ZoneInfo("Europe/Berlin"), datetime(2020, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(seconds=chance.randrange(10 * 365 * 86_400)) for _ in range(n)]
    ends = [start + timedelta(seconds=chance.randrange(56 * 86_400)) for start in starts]
    lengths = [chance.randint(1, 40) * HOUR for _ in range(n)]
    return [(a.astimezone(zone), b.astimezone(zone), c) for a, b, c in zip(starts, ends, lengths, strict=True)]


def pandas() -> Peer | str:
    """Adds business hours to a timestamp, and takes the next opening for a closing; it has no elapsed."""
    try:
        import pandas as pd
    except ImportError:
        return "pandas CustomBusinessHour"
    days_off = [day.isoformat() for day in OFFICE.plan.holidays]
    hour = pd.offsets.CustomBusinessHour(start=["09:00", "13:30"], end=["12:30", "17:30"], holidays=days_off)
    answers: Mapping[str, Ask] = {"breach": lambda asked: [pd.Timestamp(a) + n // HOUR * hour for a, _, n in asked]}
    return Peer("pandas CustomBusinessHour", 50, answers)


def businesstimedelta() -> Peer | str:
    try:
        import businesstimedelta as btd
        from pytz import timezone
    except ImportError:
        return "businesstimedelta"
    week, zone = [0, 1, 2, 3, 4], timezone("Europe/Berlin")
    work = btd.WorkDayRule(time(9), time(17, 30), week, tz=zone)
    lunch = btd.LunchTimeRule(time(12, 30), time(13, 30), week, tz=zone)
    rules = btd.Rules([work, lunch, btd.HolidayRule(set(OFFICE.plan.holidays), tz=zone)])
    answers: Mapping[str, Ask] = {
        "elapsed": lambda asked: [rules.difference(a, b).timedelta for a, b, _ in asked],
        "due": lambda asked: [a + btd.BusinessTimeDelta(rules, hours=n // HOUR) for a, _, n in asked],
    }
    return Peer("businesstimedelta", 250, answers)
