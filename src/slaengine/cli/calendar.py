"""`slaengine calendar`: a calendar for people: drawn, checked, and asked."""

from __future__ import annotations

import sys
import warnings
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches

from attrs import frozen

from slaengine.cli import outputs
from slaengine.codec.agreements import read_calendars
from slaengine.codec.files import write_whole
from slaengine.errors import DriftWarning, InputError
from slaengine.instants import SECOND, Duration, Instant, duration, instant, iso, to_datetime
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.schedule import Schedule
from slaengine.reports.month import Month, month
from slaengine.reports.month_svg import month_svg
from slaengine.reports.month_text import BLOCKS, LETTERS, Signs, month_text

DONE, FAILED = 0, 1


@frozen
class Named:
    """A calendar and the schedule that was written for it: all of it, or what others are taken from, or None."""

    calendar: Calendar
    schedule: Schedule | None


def calendar_parser(parser: ArgumentParser) -> None:
    """The arguments of all its commands."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, arguments in (
        ("show", _show, _show_arguments),
        ("check", _check, _named_arguments),
        ("add", _add, _add_arguments),
        ("elapsed", _elapsed, _elapsed_arguments),
    ):
        one = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        arguments(one)
        one.set_defaults(command=command)


def _named_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--agreements", metavar="FILE", help="an agreement file, TOML or JSON, with calendars")
    parser.add_argument("--calendar", metavar="NAME", help="which of its calendars; needless if it has one")
    parser.add_argument("--zone", metavar="NAME", help="instead of a file: an IANA zone, as in Europe/Berlin")
    parser.add_argument("--hours", metavar="HOURS", help="instead of a file: 'Mon-Fri 09:00-12:30 13:30-17:30'")
    parser.add_argument("--holidays", metavar="WHICH", help="instead of a file: DE-BE, dates, or both, with commas")


def _show_arguments(parser: ArgumentParser) -> None:
    _named_arguments(parser)
    parser.add_argument("--month", metavar="YYYY-MM", required=True, help="the month to draw")
    parser.add_argument("--svg", metavar="OUT", help="write the month as a picture too")


def _add_arguments(parser: ArgumentParser) -> None:
    _named_arguments(parser)
    parser.add_argument("start", metavar="START", help="ISO 8601 with an offset, as in 2025-04-30T18:00+02:00")
    parser.add_argument("length", metavar="DURATION", help="open time, as in '15 min', '4h', '2 h 30 min'")


def _elapsed_arguments(parser: ArgumentParser) -> None:
    _named_arguments(parser)
    parser.add_argument("start", metavar="START", help="ISO 8601 with an offset, as in 2025-04-30T18:00+02:00")
    parser.add_argument("end", metavar="END", help="likewise")


def _show(given: Namespace) -> int:
    """Draw a month: open hours day by day, holidays, special hours, clock changes."""
    path = None if given.svg is None else outputs.check_writable(given.svg, unlike=[given.agreements])
    found = _all(given)
    schedules = [it.schedule for it in found.values() if it.schedule]
    drawn = month(_one(given, found).calendar, *_month(given.month), schedules=schedules)
    print(month_text(drawn, _signs()), end="")
    if path:
        write_whole(path, [_picture(drawn)])
    return DONE


def _check(given: Namespace) -> int:
    """Say what is odd about calendars, and what changed since they were frozen. Exit code 1 if there is anything."""
    found = _all(given)
    asked = found if given.calendar is None else {given.calendar: _one(given, found)}
    failed = False
    for name, named in asked.items():
        remarks = list(_remarks(named))
        failed = failed or bool(remarks)
        made = "" if named.schedule else ", made of others"
        print(f"{name} ({named.calendar.zone}{made}), digest {named.calendar.digest[:12]}")
        print("".join(f"  {remark}\n" for remark in remarks or ["nothing odd"]), end="")
    return FAILED if failed else DONE


def _add(given: Namespace) -> int:
    """Add open time to an instant: when it is used up, and until when it can still be kept."""
    calendar = _one(given, _all(given)).calendar
    start, length = _instant("START", given.start), _duration(given.length)
    due, breach = calendar.open_time.due(start, length), calendar.open_time.breach(start, length)
    print(f"start   {_shown(calendar, start)}")
    print(f"length  {_words(length)} of open time")
    print(f"due     {_shown(calendar, due)}  the first instant by which it has passed")
    print(f"breach  {_shown(calendar, breach)}  the last at which no more has passed")
    return DONE


def _elapsed(given: Namespace) -> int:
    """Tell the open time between two instants, and the time on the clock."""
    calendar = _one(given, _all(given)).calendar
    start, end = _instant("START", given.start), _instant("END", given.end)
    used = calendar.open_time.elapsed(start, end)
    print(f"start    {_shown(calendar, start)}")
    print(f"end      {_shown(calendar, end)}")
    print(f"elapsed  {_words(used)} of open time ({_iso_duration(used)}), in {_words(end - start)}")
    return DONE


def _remarks(named: Named) -> Iterator[str]:
    lint = named.schedule.lint() if named.schedule else ()
    yield from (f"odd: {oddity}" for oddity in (*lint, *named.calendar.lint()))
    if named.schedule:
        yield from (f"changed since: {change}" for change in named.schedule.drift())


def _one(given: Namespace, found: Mapping[str, Named]) -> Named:
    """The one among all that the command line names."""
    if given.calendar is None and len(found) == 1:
        return next(iter(found.values()))
    if given.calendar == "always":
        return found.get("always", Named(always, None))
    if given.calendar in found:
        return found[given.calendar]
    names = ", ".join(found) or "none but always"
    if given.calendar is None:
        raise InputError(f"{given.agreements} has several calendars: name one with --calendar: {names}")
    close = get_close_matches(given.calendar, found, n=1)
    hint = f"did you mean {close[0]}?" if close else f"it has {names}"
    raise InputError(f"{given.agreements} has no calendar {given.calendar!r}: {hint}")


def _all(given: Namespace) -> dict[str, Named]:
    """The calendars that the command line names a file of, or writes out."""
    written_out = given.zone is not None or given.hours is not None
    if written_out == (given.agreements is not None) or (given.holidays is not None and not written_out):
        raise InputError("name a calendar: --agreements FILE, or --zone and --hours, and perhaps --holidays")
    if not written_out:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DriftWarning)  # `check` tells it in full
            calendars, schedules = read_calendars(given.agreements)
        return {name: Named(calendar, schedules.get(name)) for name, calendar in calendars.items()}
    if given.zone is None or given.hours is None:
        raise InputError(f"--{'zone' if given.zone is None else 'hours'} is missing: hours are those of a zone")
    holidays = [it.strip() for it in (given.holidays or "").split(",") if it.strip()]
    schedule = Schedule(given.zone, given.hours, holidays=holidays, name=given.calendar or "")
    return {given.calendar or "these hours": Named(schedule.calendar, schedule)}


def _month(text: str) -> tuple[int, int]:
    year, _, number = text.partition("-")
    if not (year.isdecimal() and len(year) == 4 and number.isdecimal() and 1 <= int(number) <= 12):
        raise InputError(f"--month {text!r}: write a year and a month, as in 2025-03")
    return int(year), int(number)


def _instant(name: str, text: str) -> Instant:
    return _read(name, instant, text)


def _duration(text: str) -> Duration:
    return _read("DURATION", duration, text)


def _read(name: str, read: Callable[[str], int], text: str) -> int:
    try:
        return read(text)
    except ValueError as error:
        raise InputError(f"{name}: {error}") from None


def _shown(calendar: Calendar, at: Instant) -> str:
    """An instant in words of the calendar's zone, and in ISO 8601 of UTC."""
    local = to_datetime(at, calendar.zone)
    clock = local.time().isoformat()
    return f"{local:%a} {local.day} {local:%B %Y} {clock} {local:%z} ({iso(at)})"


def _words(length: Duration) -> str:
    """A length as `in_words` has it, but to the microsecond: "4 h 0.25 s"."""
    text = " ".join(_parts(length, (" h", " min", " s"))) or "0 min"
    return f"-{text}" if length < 0 else text


def _iso_duration(length: Duration) -> str:
    """ISO 8601 in hours, minutes and seconds: PT7H30M."""
    text = "".join(_parts(length, "HMS")) or "0S"
    return f"{'-' if length < 0 else ''}PT{text}"


def _parts(length: Duration, units: Iterable[str]) -> Iterator[str]:
    """Hours, minutes and seconds, but for what is zero."""
    whole, fraction = divmod(abs(length), SECOND)
    second = f"{whole % 60}.{fraction:06}".rstrip("0").rstrip(".")
    numbers = str(whole // 3600), str(whole // 60 % 60), second
    return (f"{number}{unit}" for number, unit in zip(numbers, units, strict=True) if number != "0")


def _signs() -> Signs:
    """Blocks where the terminal has them."""
    try:
        "".join(BLOCKS.legend()).encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return LETTERS
    return BLOCKS


def _picture(drawn: Month) -> bytes:
    return f"{month_svg(drawn, alone=True).text}\n".encode()
