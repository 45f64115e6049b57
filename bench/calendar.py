"""A calendar's elapsed and due, one at a time, beside one bare bisect and beside peers where they agree; what compiling
ten years costs; and that no answer costs more where more days lie between."""

import tracemalloc
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from attrs import frozen

from bench.timing import Row, paired
from slaengine.instants import DAY, HOUR, MINUTE, Duration, Instant, instant, to_datetime
from slaengine.policies.open_time import OpenTime
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
    yield from _beside_an_exchange()
    yield from _compiled()
    yield from _growth()


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


EXCHANGE_YEARS = (2016, 2026)


def _beside_an_exchange() -> Iterator[Row]:
    """The hours of Xetra, on whole minutes: exchange_calendars knows no others."""
    exchange = _xetra()
    if exchange is None:
        yield Row("calendar, hours of Xetra", 0.0, "exchange_calendars", note="not installed")
        return
    import pandas as pd

    desk, asked = _desk_of(exchange), _whole_minutes(EACH // 20)
    stamps = {moment: pd.Timestamp(moment) for pair in asked for moment in pair}
    minute = pd.Timedelta(minutes=1)
    work: Mapping[str, tuple[Ask, Ask]] = {
        "elapsed": (
            lambda asked: [desk.calendar.elapsed(a, b) // timedelta(minutes=1) for a, b in asked],
            lambda asked: [exchange.minutes_distance(stamps[a], stamps[b] - minute) for a, b in asked],
        ),
        "is_open": (
            lambda asked: [desk.calendar.is_open(a) for a, _ in asked],
            lambda asked: [exchange.is_open_at_time(stamps[a], side="left") for a, _ in asked],
        ),
    }
    for name, (ours, theirs) in work.items():
        peer = Peer("exchange_calendars", 1, {})
        yield _compared(f"calendar {name}, hours of Xetra", ours, theirs, peer, asked)


def _xetra() -> Any:
    try:
        from exchange_calendars.exchange_calendar_xetr import XETRExchangeCalendar as Xetra
    except ImportError:
        return None
    first, end = EXCHANGE_YEARS
    return Xetra(start=f"{first}-01-01", end=f"{end - 1}-12-31", side="left")


def _desk_of(exchange: Any) -> Schedule:
    """The same hours: weekdays without a session are holidays, early closes are special hours."""
    sessions = {day.date() for day in exchange.sessions}
    first, end = (date(year, 1, 1) for year in EXCHANGE_YEARS)
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    closes = {day.date(): close.tz_convert("Europe/Berlin").time() for day, close in exchange.closes.items()}
    return Schedule(
        "Europe/Berlin",
        "Mon-Fri 09:00-17:30",
        holidays=[day for day in days if day.weekday() < 5 and day not in sessions],
        special_hours={day: f"09:00-{close:%H:%M}" for day, close in closes.items() if close != time(17, 30)},
        years=EXCHANGE_YEARS,
    )


def _whole_minutes(n: int) -> list[tuple[datetime, datetime]]:
    """Starts over nine years, ends within eight weeks."""
    chance, first = Random(12), datetime(2016, 2, 1, tzinfo=UTC)
    starts = [first + timedelta(minutes=chance.randrange(9 * 365 * 1440)) for _ in range(n)]
    return [(start, start + timedelta(minutes=chance.randrange(1, 56 * 1440))) for start in starts]


def _compiled() -> Iterator[Row]:
    """Ten years as a whole; a calendar in use compiles no more of them than it is asked about."""
    work = {"ours": _compile_ten_years, "exchange": _xetra}
    medians = paired(work, REPEATS)
    tracemalloc.start()
    table = _compile_ten_years()
    kilobytes = tracemalloc.get_traced_memory()[0] // 1000
    tracemalloc.stop()
    shifts = len(table.intervals(table.low, table.high))
    peer_seconds = None if _xetra() is None else medians["exchange"]
    yield Row("calendar compiled, ten years", medians["ours"], "exchange_calendars, built", peer_seconds, at_least=1)
    yield Row("calendar kept, ten years", 0.0, "memory", note=f"{kilobytes} kB for {shifts} shifts")


def _compile_ten_years() -> OpenTime:
    plan, (first, _) = OFFICE.plan, questions_from()
    table = OpenTime(plan.compile, first, first + 3653 * DAY)
    table.elapsed(table.low, table.high)
    return table


def questions_from() -> tuple[Instant, Instant]:
    """The ten years in which questions start."""
    first = instant(datetime(2020, 1, 1, tzinfo=UTC))
    return first, first + 3650 * DAY


def _growth() -> Iterator[Row]:
    """Elapsed over ten years beside over a day; in a calendar of a century beside one of thirteen years; made of two
    calendars beside plain."""
    first, end = questions_from()
    chance = Random(13)
    days = [chance.randrange(first, end) // MINUTE * MINUTE for _ in range(EACH)]
    moments = [to_datetime(day) for day in days]
    century = Schedule("Europe/Berlin", "Mon-Fri 09:00-12:30 13:30-17:30", holidays="DE-BE").calendar
    made = OFFICE - Schedule("Asia/Tokyo", "Wed 17:00-19:00", years=YEARS)
    for open_time in (century.open_time, made.open_time):
        open_time.elapsed(open_time.low, open_time.high)  # all of it compiled
    day, low = timedelta(days=1), to_datetime(first)
    medians = paired(
        {
            "a day": lambda: [OFFICE.calendar.elapsed(t, t + day) for t in moments],
            "ten years": lambda: [OFFICE.calendar.elapsed(low, t + day) for t in moments],
            "a century": lambda: [century.elapsed(t, t + day) for t in moments],
            "made of two": lambda: [made.elapsed(t, t + day) for t in moments],
        },
        REPEATS,
    )
    floor = medians["a day"] / EACH
    for name in ("ten years", "a century", "made of two"):
        yield Row(f"calendar elapsed, {name}", medians[name] / EACH, "a day, of 13 years", floor, at_most=1.3)
