"""Random budgets, thresholds, rules, targets, agreements and books, of every kind that a file can hold."""

from datetime import time
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from slaengine.domain.events import Opened
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import Answer, Channel, Coverage, FrozenMap, Party, Phase, TicketType
from slaengine.errors import AgreementError
from slaengine.instants import DAY, HOUR, MINUTE, Instant, instant
from slaengine.policies import metrics as m
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import LEVELS, Book
from slaengine.policies.budget import Budget, CalendarTime, DueDate, OnWorkingDay, Until, Within, WorkingDays
from slaengine.policies.calendar import Calendar, always
from slaengine.policies.objective import CountedBy, Credit, Objective, Period
from slaengine.policies.rules import AnyOf, Rule, Where, never
from slaengine.policies.schedule import Schedule, windows
from slaengine.policies.target import Kind, Pin, Reopen, Retarget, Target
from slaengine.policies.threshold import Threshold

START: Instant = instant("2025-03-03T08:00:00Z")
YEARS = (2024, 2027)
LABELS = {"vip": ("yes", "no"), "region": ("north", "south", "")}

OFFICE = Schedule("Europe/Berlin", "Mon-Fri 09:00-12:30 13:30-17:30", holidays="DE-BE", years=YEARS, name="office")
NIGHT = Schedule("America/New_York", "Sun-Thu 22:00-06:00+1", years=YEARS, name="night")
MAINTENANCE = windows(
    "Europe/Berlin", "FREQ=MONTHLY;BYDAY=2WE", start="2025-01-08T16:00", length="2 h", years=YEARS, name="maintenance"
)
LONGER = Schedule("Europe/Berlin", "Mon-Sat 08:00-20:00", years=YEARS)
WITH_DAYS: tuple[Calendar, ...] = (
    OFFICE.calendar,
    NIGHT.calendar,
    LONGER.calendar,
    OFFICE.amended(LONGER, effective_from="2025-04-01T00:00+02:00"),
    OFFICE.calendar.named("desk"),
    OFFICE.ended(effective_from="2026-06-01T00:00Z"),
)
WITHOUT_DAYS: tuple[Calendar, ...] = (
    always,
    always.named("round the clock"),
    OFFICE | NIGHT,
    OFFICE.calendar & LONGER,
    (OFFICE - MAINTENANCE).named("office"),
    ~NIGHT,
    (OFFICE - MAINTENANCE).amended(always, effective_from="2025-07-01T00:00Z").named(""),
)

# Budgets and thresholds -----------------------------------------------------------------------------------------------

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 59]), st.sampled_from([0, 30])) | st.times()
lengths = st.integers(1, 40).map(lambda n: n * 30 * MINUTE) | st.integers(1, 200 * HOUR)
in_days: st.SearchStrategy[Budget] = st.one_of(
    st.builds(WorkingDays, st.integers(1, 30), st.sampled_from(Until)),
    st.builds(OnWorkingDay, clocks, st.integers(1, 9), st.none() | clocks),
)
in_time: st.SearchStrategy[Budget] = st.builds(Within, lengths) | st.builds(CalendarTime, lengths)


def _dated(otherwise: st.SearchStrategy[Budget]) -> st.SearchStrategy[Budget]:
    return st.builds(DueDate, st.booleans(), st.none() | otherwise, st.sampled_from(["due", "callback"]))


without_days: st.SearchStrategy[Budget] = in_time | _dated(in_time)
budgets: st.SearchStrategy[Budget] = in_time | in_days | _dated(in_time | in_days)
"""Budgets of every kind."""

_points = st.one_of(
    st.integers(0, 200).map("{} %".format),
    st.just("due"),
    st.builds(
        "{} {}{} due".format,
        st.integers(1, 300),
        st.sampled_from(["min", "h", "h by the clock", "working days", "working day"]),
        st.sampled_from([" before", " after"]),
    ),
)
thresholds = st.builds(Threshold, _points, st.none() | st.sampled_from(["lead", ""]))

# Rules ----------------------------------------------------------------------------------------------------------------

situations: st.SearchStrategy[Situation] = st.builds(
    Situation,
    type=st.none() | st.sampled_from(TicketType),
    priority=st.sampled_from([None, "P1", "P2", "P3"]),
    status=st.sampled_from(["new", "pending"]),
    phase=st.sampled_from(Phase),
    waiting_on=st.none() | st.sampled_from(Party),
    tier=st.sampled_from([None, "L1", "L2"]),
    team=st.sampled_from([None, "network"]),
    owned=st.booleans(),
    accepted=st.booleans(),
    answered=st.sampled_from(Answer),
    asking=st.booleans(),
    callback=st.booleans(),
    dated=st.booleans(),
    coverage=st.sampled_from(Coverage),
    labels=st.dictionaries(st.sampled_from(list(LABELS)), st.sampled_from(["yes", "no", "north", ""])).map(FrozenMap),
)
"""Facts that the rules below ask for."""

_some = {
    "priority": st.sampled_from([None, "P1", "P2"]),
    "phase": st.sampled_from([*Phase, *map(str, Phase)]),
    "waiting_on": st.sampled_from([None, *Party]),
    "tier": st.sampled_from(["L1", "L2"]),
    "owned": st.booleans(),
    "answered": st.sampled_from(Answer),
}


def _values(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return one | st.lists(one, min_size=1, max_size=3)


_labels = st.fixed_dictionaries({}, optional={name: _values(st.sampled_from(it)) for name, it in LABELS.items()})
wheres: st.SearchStrategy[Where] = st.builds(
    lambda facts, labels: Where(labels=labels, **facts),
    st.fixed_dictionaries({}, optional={name: _values(one) for name, one in _some.items()}),
    st.just({}) | _labels,
)
rules: st.SearchStrategy[Rule] = st.recursive(
    st.just(never) | wheres, lambda rule: st.lists(rule, max_size=3).map(lambda found: AnyOf(*found)), max_leaves=4
)

# Targets --------------------------------------------------------------------------------------------------------------

MAKERS = (
    m.first_response,
    m.next_response,
    m.periodic_update,
    m.contact_cadence,
    m.resolution,
    m.agent_work,
    m.requester_wait,
    m.total_time,
    m.assignment,
    m.ownership,
    m.callback,
    m.supplier,
)
_priorities = st.sampled_from(["*", "P1", "P2", ""])


@st.composite
def promises(draw: st.DrawFn) -> tuple[Any, Calendar]:
    """Budgets and a calendar on which they can be."""
    with_days = draw(st.booleans())
    one = budgets if with_days else without_days
    given = draw(one | one.map(str) | st.dictionaries(_priorities, one, min_size=1, max_size=3))
    return given, draw(st.sampled_from(WITH_DAYS if with_days else WITHOUT_DAYS))


@st.composite
def targets(draw: st.DrawFn) -> Target:
    """A target of a ready metric, with anything that can be said of one."""
    maker = draw(st.sampled_from(MAKERS))
    promised, calendar = draw(promises())
    said: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "overrides": st.lists(st.tuples(rules, promises()).map(lambda it: (it[0], *it[1])), max_size=2),
                "fulfilled": rules,
                "reopen": st.sampled_from(Reopen),
                "retarget": st.sampled_from(Retarget),
                "pin": st.sampled_from(Pin),
                "thresholds": st.lists(thresholds, max_size=2),
                "kind": st.sampled_from(Kind),
            },
        )
    )
    if maker is not m.total_time:
        said |= draw(st.fixed_dictionaries({}, optional={"pauses": rules}))
    if maker is m.ownership:
        said |= draw(st.fixed_dictionaries({}, optional={"tier": st.just("L2"), "team": st.just("network")}))
    try:
        return maker(promised, calendar=calendar, **said)
    except AgreementError:  # no share of such budgets can be kept
        return reject()


# Agreements -----------------------------------------------------------------------------------------------------------

instants = st.integers(-400, 400).map(lambda n: START + n * DAY)


credits_ = st.builds(Credit, st.sampled_from([0.3, 0.4]), st.sampled_from([5, 2.5]))


@st.composite
def objectives(draw: st.DrawFn, names: list[str]) -> Objective:
    """A share of one of these targets."""
    share = draw(st.sampled_from([0.5, 0.95, 0.999, 1, 1.0]))
    said = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "period": st.sampled_from(Period),
                "where": rules,
                "excluding": rules,
                "minimum": st.integers(0, 5),
                "counted_by": st.sampled_from(CountedBy),
                "zone": st.sampled_from(["Asia/Tokyo", "UTC"]),
                "credits": st.lists(
                    st.builds(Credit, st.sampled_from([0.3, 0.4]), st.sampled_from([5, 2.5])), max_size=2
                ),
                "name": st.sampled_from(["", "monthly"]),
            },
        )
    )
    return Objective(target=draw(st.sampled_from(names)), share=share, **said)


@st.composite
def agreements(draw: st.DrawFn, id: str = "gold", version: str = "1") -> Agreement:
    """An agreement of a few targets."""
    promised = draw(st.lists(targets(), min_size=1, max_size=3, unique_by=lambda target: target.name))
    names = [target.name for target in promised]
    values = {"type": st.sampled_from([*TicketType]), "channel": st.sampled_from(Channel), "service": st.just("mail")}
    said: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "scope": st.dictionaries(st.sampled_from(LEVELS), st.sampled_from(["kim", "acme"]), max_size=2),
                "covers": st.fixed_dictionaries({}, optional={fact: _values(it) for fact, it in values.items()}),
                "best_effort": st.booleans(),
                "effective_from": instants,
                "effective_until": instants.map(lambda at: at + 900 * DAY),
                "applies_to_running": st.booleans(),
                "contract": st.sampled_from(["", "C-7"]),
                "objectives": st.lists(objectives(names), max_size=2),
                "detectors": st.sampled_from([{}, {"deadline_handoff": {"near": 0.2, "note_length": 20}}]),
            },
        )
    )
    return Agreement(id=id, version=version, targets=promised, **said)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """A book of a few agreements, some of them in two versions."""
    names = draw(st.lists(st.sampled_from([("gold", "1"), ("gold", "2"), ("all", "1")]), min_size=1, unique=True))
    try:
        return Book([draw(agreements(*name)) for name in names], labels=LABELS)
    except AgreementError:
        reject()  # the share of a budget in days, of another agreement


openings: st.SearchStrategy[Opened] = st.builds(
    Opened,
    occurred_at=instants,
    requester=st.dictionaries(st.sampled_from(LEVELS), st.sampled_from(["kim", "acme"])).map(FrozenMap),
    type=st.none() | st.sampled_from(TicketType),
    channel=st.none() | st.sampled_from(Channel),
    service=st.sampled_from([None, "mail", "web"]),
    agreement=st.sampled_from([None, None, "gold"]),
)
