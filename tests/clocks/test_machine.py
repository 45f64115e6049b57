"""A ticket that is told step by step, lawfully or not, under agreements that change: every reading is what a walk says.

The search is as long as the profile says; `HYPOTHESIS_PROFILE=deep` compares a million events.
"""

import os
from collections.abc import Sequence

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from slaengine.domain.recorded import Recorded
from tests.clocks import translated
from tests.clocks.brute.facts import Plain
from tests.clocks.brute.hours import MINUTE
from tests.clocks.brute.walk import clocks
from tests.clocks.deep import compare, desk
from tests.clocks.random_tickets import (
    DATES,
    DATES_AFTER,
    GAPS,
    MOVES,
    OPENINGS,
    REQUESTERS,
    RETARGETS,
    START,
    WAIVERS,
    event,
    record,
)

DESKS = 12
EVENTS = {"ci": 20_000, "deep": 1_000_000}
FOREVER = 2**62

shapes = st.sampled_from([*MOVES, *RETARGETS, *DATES, *WAIVERS[:3]])
gaps, after = st.sampled_from(sorted(set(GAPS))), st.sampled_from(DATES_AFTER)
openings = st.builds(
    lambda shape, path: {**shape, "requester": path}, st.sampled_from(OPENINGS), st.sampled_from(REQUESTERS)
)


class Ticket(RuleBasedStateMachine):
    """Each rule writes one record, or asks for a reading; after each of them the present reading is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Plain] = []
        self.records: list[Recorded] = []
        self.now = START
        self.edges: Sequence[int] = ()

    @initialize(of=st.integers(0, DESKS - 1), opening=openings, later=st.integers(0, 6 * 48))
    def is_opened(self, of: int, opening: Plain, later: int) -> None:
        self.desk = desk(of)
        self.now += later * 30 * MINUTE
        self.write({**opening, "at": self.now})

    @rule(shape=shapes, gap=gaps, after=after)
    def happens(self, shape: Plain, gap: int, after: int) -> None:
        self.now += gap
        self.write(event(shape, self.now, after))

    @rule(shape=shapes, after=after)
    def happens_at_the_same_instant(self, shape: Plain, after: int) -> None:
        self.write(event(shape, self.now, after))

    @rule(shape=shapes, ago=gaps, lag=gaps, after=after)
    def is_written_down_late(self, shape: Plain, ago: int, lag: int, after: int) -> None:
        """Before the opening, perhaps."""
        self.write(event(shape, self.now - ago, after), lag)

    @rule(n=st.integers(0, 40), shape=st.none() | shapes, ago=gaps)
    def is_corrected(self, n: int, shape: Plain | None, ago: int) -> None:
        """A record that there is, or this one itself, or a correction."""
        number = n % (len(self.told) + 1) + 1
        instead = None if shape is None else event(shape, self.now - ago)
        self.write({"kind": "corrected", "at": self.now, "corrects": f"T/{number}", "event": instead})

    @precondition(lambda self: len(self.told) > 6)
    @rule(ago=gaps)
    def is_merged(self, ago: int) -> None:
        self.write({"kind": "merged", "at": self.now - ago})

    @precondition(lambda self: len(self.told) > 3)
    @rule(opening=openings, ago=gaps)
    def is_opened_again(self, opening: Plain, ago: int) -> None:
        self.write({**opening, "at": self.now - ago})

    @rule(n=st.integers(0, 40), beside=st.sampled_from([0, -1, 1]), known=st.none() | st.integers(0, 40))
    def is_read_where_something_is_due(self, n: int, beside: int, known: int | None) -> None:
        known_at = FOREVER if known is None else self.told[known % len(self.told)]["recorded_at"]
        edges = self.edges or [self.now]
        self.compare(edges[n % len(edges)] + beside, known_at)

    @rule(n=st.integers(0, 40), gap=gaps)
    def is_read_in_the_past(self, n: int, gap: int) -> None:
        self.compare(self.told[n % len(self.told)]["event"]["at"] + gap, FOREVER)

    @invariant()
    def is_read_now(self) -> None:
        if self.told:
            self.compare(self.now, FOREVER)

    def write(self, event: Plain, lag: int = 0) -> None:
        self.told.append(record(len(self.told) + 1, event, lag))
        self.records.append(translated.recorded(self.told[-1]))

    def compare(self, as_of: int, known_at: int) -> None:
        walked = clocks(self.told, self.desk.agreements, self.desk.hours, as_of, known_at)
        found = translated.read(self.records, self.desk.book, as_of, known_at)
        assert translated.differences(found, walked) == []
        self.edges = [t for it in walked or () for t in (it.breached_at, it.promise) if t is not None]


Ticket.TestCase.settings = settings(stateful_step_count=15)
TestTicket = Ticket.TestCase


def test_as_many_events_as_the_profile_says_have_no_difference() -> None:
    assert compare(EVENTS.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 2_000), seed=1) == 0
