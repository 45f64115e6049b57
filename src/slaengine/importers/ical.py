"""iCalendar (RFC 5545) -> holidays and windows: entries of whole days are holidays, entries with times are windows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from fnmatch import fnmatchcase
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve as but
from attrs import field, frozen

from slaengine.errors import InputError, MissingExtra, ScheduleError
from slaengine.importers.ical_events import Bounds, Entry, entries
from slaengine.importers.reading import blocks
from slaengine.instants import Instant, instant, to_datetime
from slaengine.policies.calendar import Calendar
from slaengine.policies.intervals import clipped, normal_form
from slaengine.policies.looked_up import zone_named
from slaengine.policies.open_time import OpenTime
from slaengine.policies.plan import Years, read_years
from slaengine.projections.wording import printable

if TYPE_CHECKING:
    import icalendar

_FOLD = re.compile(rb"\r?\n[ \t]")
_BEGINS = re.compile(r"^BEGIN:", re.IGNORECASE | re.MULTILINE)


@frozen
class CalendarFile:
    """What an iCalendar file holds within some years, entry by entry, those among them that were left out."""

    source: str
    years: Years
    zone: tzinfo
    name: str
    entries: tuple[Entry, ...] = field(repr=False)

    @property
    def holidays(self) -> tuple[date, ...]:
        """The dates of all entries of whole days, as a Schedule takes them."""
        return tuple(sorted({day for entry in self._taken() for day in entry.dates}))

    @property
    def windows(self) -> Calendar:
        """The calendar that is open in the windows of all entries with times.

        Raises ScheduleError where there is none: a calendar that never opens is of no use.
        """
        low, high = _bounds(self.years, self.zone).low, _bounds(self.years, self.zone).high
        intervals = clipped(normal_form(chain.from_iterable(entry.windows for entry in self._taken())), low, high)
        if not intervals:
            raise ScheduleError([f"{self.source}: no entry with times lies in {self.years[0]} to {self.years[1] - 1}"])
        digest = sha256(json.dumps(["windows", low, high, intervals]).encode()).hexdigest()
        return Calendar(digest, self.name, self.zone, OpenTime.compiled(intervals, low, high, self.name))

    def text(self) -> str:
        """Every entry on a line: what it is, how often it comes, and why it was left out, if it was.

        Below it what of it had no effect, each on a line.
        """
        return "".join(f"{printable(line)}\n" for entry in self.entries for line in self._told(entry))

    def _taken(self) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.left_out is None)

    def _told(self, entry: Entry) -> Iterator[str]:
        what = f"{entry.summary or 'without a summary'} ({entry.uid})"
        if entry.left_out is not None:
            yield f"left out  {what}: {entry.left_out}"
        elif entry.dates:
            yield f"holiday   {what}: {_counted(len(entry.dates), 'day')} from {entry.dates[0]}"
        else:
            first = to_datetime(entry.windows[0][0], self.zone)
            yield f"window    {what}: {_counted(len(entry.windows), 'time')} from {first:%Y-%m-%d %H:%M}"
        yield from (f"in vain   {what}: {it}" for it in entry.in_vain)


def read_ical(
    path: str | Path, *, years: Years, zone: str | None = None, exclude: str | Iterable[str] = (), name: str = ""
) -> CalendarFile:
    """The entries of an iCalendar file (`.ics`, also `.ics.gz`, `.ics.xz`).

    - years: from the first to the second, which is not in it: entries that recur without end are taken that far.
    - zone: an IANA name, for times that are said in none, and in which the windows answer. By default that of the
      first entry with times.
    - exclude: entries to leave out, by UID or summary; `*` stands for any text. One that fits none is refused.
    - name: how messages and reports call the windows.

    Times are those of RFC 5545: one that a clock skips is read by the offset before, but where a rule puts it there is
    no occurrence, and none is counted; one that a clock repeats is the first.
    Raises InputError, which names all that is wrong, for a file that cannot be read or meant, and MissingExtra without
    the package icalendar.
    """
    path = Path(path)
    faults: list[str] = []
    years = read_years(years, faults)
    given = None if zone is None else zone_named(zone, faults)
    found = _components(path)
    known = given or _first_zone(found) or UTC
    read = entries(found, _bounds(years, known), given, faults)
    patterns = [exclude] if isinstance(exclude, str) else list(exclude)
    faults += [f"exclude {it!r}: no entry is called so" for it in patterns if not any(_fits(it, e) for e in read)]
    if faults:
        raise InputError("; ".join(f"{path}: {printable(fault)}" for fault in faults))
    kept = (but(e, left_out="excluded") if any(_fits(it, e) for it in patterns) else e for e in read)
    return CalendarFile(path.name, years, known, name, tuple(kept))


def _components(path: Path) -> Sequence[Any]:
    """All that a file holds but time zones, whole. Raises InputError for damage that the parser passes over too."""
    content = _decoded(path)
    if content.lstrip()[:16].rstrip().upper() != "BEGIN:VCALENDAR":
        raise InputError(f"{path}: is no iCalendar: it does not begin with BEGIN:VCALENDAR")
    if not content.rstrip().upper().endswith("END:VCALENDAR"):
        raise InputError(f"{path}: ends in the middle: copy or download it again")
    try:
        calendars: Sequence[icalendar.Component] = _icalendar().Calendar.from_ical(content, multiple=True)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{path}: is no iCalendar: {printable(str(error))}") from None
    begun, ended = len(_BEGINS.findall(content)), sum(len(calendar.walk()) for calendar in calendars)
    if begun != ended:
        raise InputError(f"{path}: {begun} components begin and {ended} end: export it again")
    return [it for calendar in calendars for it in calendar.subcomponents if it.name != "VTIMEZONE"]


def _decoded(path: Path) -> str:
    """The text of a file, its lines unfolded: a fold may lie within a character."""
    content = _FOLD.sub(b"", b"".join(blocks(path)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = content[: error.start + 1].splitlines()[-1][-40:]
        raise InputError(f"{path}: no UTF-8 at the end of {found!r}: save the file as UTF-8") from None


def _icalendar() -> Any:
    """The package, imported here and only here, without the zones that it remembers of files read before."""
    try:
        import icalendar
        from icalendar.timezone import tzp
    except ImportError:
        raise MissingExtra("icalendar", "ical") from None
    tzp.use(tzp.name)
    return icalendar


def _first_zone(events: Iterable[Any]) -> tzinfo | None:
    starts = (getattr(it.get("DTSTART"), "dt", None) for it in events if it.name == "VEVENT" and not it.errors)
    return next((it.tzinfo for it in starts if isinstance(it, datetime) and it.tzinfo is not None), None)


def _bounds(years: Years, zone: tzinfo) -> Bounds:
    return Bounds(years, *(_new_year(year, zone) for year in years))


def _new_year(year: int, zone: tzinfo) -> Instant:
    return instant(datetime(year, 1, 1, tzinfo=zone))


def _fits(pattern: str, entry: Entry) -> bool:
    return any(fnmatchcase(text, pattern) for text in (entry.uid, entry.summary))


def _counted(n: int, one: str) -> str:
    return f"{n} {one if n == 1 else one + 's'}"
