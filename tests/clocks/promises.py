"""Targets over two calendars, and histories that touch all that they read, for the laws of clocks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import evolve as but
from attrs import frozen
from hypothesis import strategies as st

from slaengine.domain import events as e
from slaengine.domain.situation import Situation
from slaengine.domain.timeline import timeline
from slaengine.domain.vocabulary import Party, Phase
from slaengine.instants import MINUTE, Duration, Instant
from slaengine.policies.budget import Within
from slaengine.policies.calendar import Calendar
from slaengine.policies.metrics import first_response_metric, resolution_metric
from slaengine.policies.rules import Rule, Where
from slaengine.policies.schedule import Schedule
from slaengine.policies.target import Metric, Reopen, Retarget, Target, Terms
from slaengine.projections.clocks import Clock, measure
from tests.histories import START, Events, lawful, whole_gaps

YEARS = (2024, 2027)
CALENDARS: Mapping[str, Calendar] = {
    "office": Schedule("Europe/Berlin", "Mon-Fri 09:00-12:00 13:00-17:00", years=YEARS).calendar,
    "night": Schedule("America/New_York", "Mon-Sun 22:00-06:00+1", years=YEARS).calendar,
}
LIMITS: Mapping[tuple[str, str], int] = {
    ("office", "low"): 480,
    ("office", "high"): 240,
    ("night", "low"): 960,
    ("night", "high"): 120,
}
"""Minutes by agreement and priority. Powers of two apart, so that a share of one is an exact share of another."""

Table: TypeAlias = Mapping[tuple[str | None, str | None], Terms]
TABLE: Table = {key: Terms(Within(limit * MINUTE), CALENDARS[key[0]]) for key, limit in LIMITS.items()}

WAITING = Where(phase="waiting")
METRICS: Mapping[str, Callable[[], Metric]] = {"resolution": resolution_metric, "first-response": first_response_metric}


def target(
    metric: str = "resolution",
    reopen: Reopen = Reopen.CONTINUE,
    retarget: Retarget = Retarget.CARRY,
    terms: Table | Terms = TABLE,
    pauses: Rule = WAITING,
    **more: Any,
) -> Target:
    """A target whose terms hang on agreement and priority, or on nothing."""

    def promised(situation: Situation) -> Terms | None:
        return terms if isinstance(terms, Terms) else terms.get((situation.agreement, situation.priority))

    kept = but(METRICS[metric](), reopen=reopen)
    return Target(name=metric, metric=kept, terms=promised, pauses=pauses, retarget=retarget, **more)


OPENINGS: Events = (
    e.Opened(occurred_at=START, priority="low", agreement="office"),
    e.Opened(occurred_at=START, priority="high", agreement="night"),
    e.Opened(occurred_at=START, priority="none", agreement="office", phase=Phase.OPEN),
    e.Opened(occurred_at=START, priority="high", agreement="office", phase=Phase.WAITING, waiting_on=Party.CUSTOMER),
    e.Opened(occurred_at=START, priority="low", agreement="night", phase=Phase.RESOLVED),
)
MOVES: Events = (
    e.Worked(occurred_at=START),
    e.PutOnHold(occurred_at=START),
    e.Resumed(occurred_at=START),
    e.Resolved(occurred_at=START),
    e.Reopened(occurred_at=START),
    e.CustomerContacted(occurred_at=START),
    e.Cancelled(occurred_at=START),
)
RETARGETS: Events = (
    e.Prioritised(occurred_at=START, priority="low"),
    e.Prioritised(occurred_at=START, priority="high"),
    e.Prioritised(occurred_at=START, priority="none"),
    e.AgreementAttached(occurred_at=START, agreement="office"),
    e.AgreementAttached(occurred_at=START, agreement="night"),
)

histories = lawful(
    shapes=[*MOVES, *RETARGETS], openings=OPENINGS, gaps=whole_gaps | st.sampled_from([1, MINUTE + 1]), max_size=12
)
on_the_minute = lawful(shapes=[*MOVES, *RETARGETS], openings=OPENINGS, gaps=whole_gaps, max_size=12)
within_one_promise = lawful(shapes=MOVES, openings=OPENINGS[:2], max_size=12)

reopens = st.sampled_from(Reopen)
retargets = st.sampled_from(Retarget)
metrics = st.sampled_from([*METRICS])
targets = st.builds(target, metric=metrics, reopen=reopens, retarget=retargets)
later: st.SearchStrategy[Duration] = st.integers(0, 200).map(lambda n: n * 30 * MINUTE)
"""Up to four days, in half hours."""


@frozen
class Asked:
    """A history with the instant at which its clocks are read."""

    events: Events
    now: Instant


@st.composite
def asked(draw: st.DrawFn, told: st.SearchStrategy[Events] = histories) -> Asked:
    """Read at an instant of the history or after it, off the minute perhaps."""
    events = draw(told)
    some = draw(st.sampled_from(events)).occurred_at
    return Asked(events, some + draw(later) + draw(st.sampled_from([0, 0, 1, -1])))


def read(events: Sequence[e.TicketEvent], target: Target, now: Instant) -> tuple[Clock, ...]:
    return measure(timeline(events), target, now)


def until(events: Sequence[e.TicketEvent], now: Instant) -> Events:
    return tuple(event for event in events if event.occurred_at <= now)


def figures(clock: Clock) -> tuple[object, ...]:
    """All that a reading says, without its ledger."""
    return (
        clock.cycle,
        clock.start,
        clock.used,
        clock.paused,
        clock.limit,
        clock.breached_at,
        clock.ended_at,
        clock.state,
        clock.verdict,
        clock.due,
        clock.promise,
    )
