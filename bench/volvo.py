"""The audit of the Volvo log (65,533 rows, 7,554 tickets), per event, beside a day loop and a bare reading of its CSV.

The log is not part of the project: name the folder that holds it in SLAENGINE_SHARED, or keep it in ../shared.
"""

import csv
import lzma
import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.timing import Row, paired
from slaengine.audit.log import Log
from slaengine.audit.run import audit, latest, streams
from slaengine.codec.agreements import read_agreements
from slaengine.domain.recorded import Recorded
from slaengine.domain.situation import Situation, evolve
from slaengine.domain.vocabulary import Party, Phase
from slaengine.importers.logs import read_log
from slaengine.instants import Duration, Instant, to_datetime
from slaengine.policies.book import Book
from slaengine.policies.schedule import Schedule
from slaengine.projections.case import Case

SHARED = Path(os.environ.get("SLAENGINE_SHARED") or Path(__file__).parents[2] / "shared")
LOG = SHARED / "data" / "bpic2013_incidents_vinst.csv.xz"
FILES = Path(__file__).parents[1] / "examples" / "logs"
ZONE = ZoneInfo("Europe/Stockholm")
REPEATS = 3
BISECTS = 200_000
BUDGETED = {"Major", "High", "Medium", "Low"}


def rows() -> Iterator[Row]:
    """The rows of this benchmark, for `python -m bench`."""
    if not LOG.exists():
        yield Row("audit of the Volvo log", 0.0, "", note="no log: name its folder in SLAENGINE_SHARED")
        return
    read = partial(read_log, LOG, mapping=FILES / "volvo.mapping.toml")
    log, book = read(), read_agreements(FILES / "volvo.agreements.toml")
    tickets, now = streams(log.records), latest(log.records)
    medians = paired(
        {
            "bisect": partial(bisecting, now),
            "csv": bare_reading,
            "read": read,
            "clocks": partial(used, tickets, book, now),
            "loop": partial(looped, tickets, now),
            "audit": partial(audited, log, book),
        },
        REPEATS,
    )
    events = len(log.records)
    same = used(tickets, book, now) == looped(tickets, now)
    loop = medians["loop"] / events if same else None
    note = "" if same else "the answers differ"
    clocks = medians["clocks"] / events
    yield Row("Volvo: resolution clocks, per event", clocks, "day loop, counter only", loop, note=note)
    bisect = medians["bisect"] / BISECTS
    rate = f"Volvo: whole audit, {events / medians['audit']:,.0f} events/s, per event"
    yield Row(rate, medians["audit"] / events, "bare bisect", bisect, at_most=250)
    bare = medians["csv"] / events
    yield Row("Volvo: import, per event", medians["read"] / events, "bare csv.reader", bare, at_most=50)


def bisecting(now: Instant) -> None:
    """The floor: one search among as many edges as ten years have."""
    edges = [*range(now - 10_000, now + 10_000)]
    for _ in range(BISECTS):
        bisect_right(edges, now)


def bare_reading() -> int:
    """The floor of an import: unpacked, decoded and split into fields."""
    with lzma.open(LOG, "rt", encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.reader(file))


def audited(log: Log, book: Book) -> str:
    return audit(log, under=book).digest


def used(tickets: Mapping[str, Sequence[Recorded]], book: Book, now: Instant) -> dict[str, Duration]:
    """The time used of every ticket's resolution clock, by the engine."""
    found = {}
    for ticket, records in tickets.items():
        for clock in Case(records, under=book).clocks(now):
            if clock.target.name == "resolution":
                found[ticket] = clock.used
    return found


def looped(tickets: Mapping[str, Sequence[Recorded]], now: Instant) -> dict[str, Duration]:
    """The same as help desks do it: the counter of each ticket grows from event to event, day by day."""
    days_off = {*Schedule(ZONE.key, "Mon-Fri 08:00-17:00", holidays="SE", years=(2009, 2014)).plan.holidays}
    found: dict[str, Duration] = {}
    for ticket, records in tickets.items():
        counter, since, situation = timedelta(), None, None
        for record in sorted(records, key=lambda record: (record.event.occurred_at, record.position)):
            at = to_datetime(record.event.occurred_at, ZONE)
            if since is not None and runs(situation):
                counter += business_time(since, at, days_off)
            situation, since = evolve(situation, record.event), at  # type: ignore[arg-type]  # all are a ticket's
        if since is not None and runs(situation):
            counter += business_time(since, to_datetime(now, ZONE), days_off)
        found[ticket] = counter // timedelta(microseconds=1)
    return found


def runs(situation: Situation | None) -> bool:
    """Whether the resolution clock counts: neither over nor waiting for somebody outside."""
    if situation is None or situation.phase in (Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED):
        return False
    return situation.waiting_on not in (Party.CUSTOMER, Party.SUPPLIER) and situation.priority in BUDGETED


def business_time(start: datetime, end: datetime, days_off: AbstractSet[date]) -> timedelta:
    """One day after the other, 08:00 to 17:00, weekends and holidays left out. Right for daytime hours only."""
    total, day = timedelta(), start.date()
    while day <= end.date():
        if day.weekday() < 5 and day not in days_off:
            opens, closes = (datetime.combine(day, time(hour), ZONE) for hour in (8, 17))
            total += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return total
