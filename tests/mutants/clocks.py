"""What may be wrong in a clock: each takes what it is and gives what stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import evolve as but

from slaengine.domain.events import CustomerContacted, Prioritised, TicketEvent
from slaengine.domain.recorded import Recorded
from slaengine.domain.situation import Situation
from slaengine.domain.timeline import Timeline
from slaengine.domain.vocabulary import Phase
from slaengine.instants import Duration, Instant
from slaengine.policies.target import RESTARTED, Mode, Pin, Reopen, Retarget, Step, Stepping
from slaengine.projections.clocks import Clock, Line, Meter, Verdict
from slaengine.projections.thresholds import ThresholdReading


def breached_when_used_up(real: Any) -> Any:
    def verdict(self: Clock) -> Verdict:
        found: Verdict = real.fget(self)
        return Verdict.BREACHED if found is not Verdict.WAIVED and self.used >= self.limit else found

    return property(verdict)


def breach_is_due(_: object) -> Any:
    def crossed(self: Line) -> Instant:
        return self.reaches(self.limit)

    return crossed


def _stepped(changed: Callable[[Step, Situation, Step], Step]) -> Any:
    """Of what an event does to a clock, a change of the answer: (was, situation, found) -> what is found instead."""

    def wrong(real: Callable[..., Step]) -> Any:
        def step(rules_in: object, was: Step, situation: Situation, shape: object) -> Step:
            return changed(was, situation, real(rules_in, was, situation, shape))

        return step

    return wrong


def _runs_while_paused(was: Step, _: Situation, found: Step) -> Step:
    return but(found, mode=Mode.RUNNING) if found.mode is Mode.PAUSED else found


def _stays_paused(was: Step, _: Situation, found: Step) -> Step:
    goes_on = was.mode is Mode.PAUSED and found.mode is Mode.RUNNING
    return but(found, mode=Mode.PAUSED, last=Mode.PAUSED) if goes_on else found


def _keeps_what_was_used(was: Step, _: Situation, found: Step) -> Step:
    return but(found, turn=found.turn & ~RESTARTED)


def _runs_on_when_cancelled(was: Step, situation: Situation, found: Step) -> Step:
    over = situation.phase is Phase.CANCELLED and found.mode is Mode.OFF
    return but(was, turn=0, previous=None) if over else found


pause_is_charged = _stepped(_runs_while_paused)
pause_never_ends = _stepped(_stays_paused)
restart_keeps_what_was_used = _stepped(_keeps_what_was_used)
cancelled_runs_on = _stepped(_runs_on_when_cancelled)


def closed_time_is_charged(_: object) -> Any:
    def after_reopening(rule: Reopen, used: Duration, closed: Duration) -> Duration:
        return used + closed

    return after_reopening


def carry_starts_from_nothing(real: Callable[..., Duration]) -> Any:
    def after_retarget(rule: Retarget, used: Duration, remeasured: Duration, ratio: tuple[int, int]) -> Duration:
        return 0 if rule is Retarget.CARRY else real(rule, used, remeasured, ratio)

    return after_retarget


def from_start_carries(real: Callable[..., Duration]) -> Any:
    def after_retarget(rule: Retarget, used: Duration, remeasured: Duration, ratio: tuple[int, int]) -> Duration:
        return used if rule is Retarget.FROM_START else real(rule, used, remeasured, ratio)

    return after_retarget


def share_is_kept_upside_down(_: object) -> Any:
    def share(old: Duration, new: Duration) -> tuple[int, int]:
        return old, new

    return share


def pin_holds_nothing(_: object) -> Any:
    def pinned(self: Pin, origin: Situation, now: Situation) -> Situation:
        return now

    return pinned


def the_future_counts(_: object) -> Any:
    def measure(timeline: Timeline, target: Stepping, now: Instant) -> tuple[Clock, ...]:
        meter = Meter(target)
        for span in timeline:
            meter.take(span)
        return meter.clocks(max(now, *(span.start for span in timeline)))

    return measure


def known_at_is_ignored(real: Callable[[Iterable[Recorded]], Any]) -> Any:
    def history(records: Iterable[Recorded], known_at: Instant = 0) -> Any:
        return real(records)

    return history


def ties_are_read_backwards(real: Callable[..., list[Recorded]]) -> Any:
    def known(records: Iterable[Recorded], *known_at: Instant) -> list[Recorded]:
        return sorted(real(records, *known_at), key=lambda record: (record.occurred_at, -record.position))

    return known


def priority_is_ignored(real: Callable[..., Situation]) -> Any:
    def evolve(was: Situation | None, event: TicketEvent) -> Situation:
        return was if was is not None and isinstance(event, Prioritised) else real(was, event)

    return evolve


def internal_note_answers(real: Callable[..., Situation]) -> Any:
    def evolve(was: Situation | None, event: TicketEvent) -> Situation:
        return real(was, but(event, public=True) if isinstance(event, CustomerContacted) else event)

    return evolve


def automatic_reply_answers(_: object) -> Any:
    def is_human_of_the_desk(event: CustomerContacted) -> bool:
        return True

    return is_human_of_the_desk


def waiver_deletes_the_clock(real: Callable[[Meter, Instant], tuple[Clock, ...]]) -> Any:
    def clocks(self: Meter, now: Instant) -> tuple[Clock, ...]:
        return tuple(clock for clock in real(self, now) if clock.waiver is None)

    return clocks


def percent_of_what_is_left(real: Callable[[Clock, str], tuple[ThresholdReading, ...]]) -> Any:
    def thresholds(clock: Clock, ticket: str) -> tuple[ThresholdReading, ...]:
        ledger = tuple(but(line, limit=line.limit - line.used) for line in clock.ledger)
        return real(but(clock, ledger=ledger), ticket)

    return thresholds


def a_date_in_the_past_grants_nothing(real: Callable[..., Duration]) -> Any:
    def limit(*asked: object) -> Duration:
        return max(0, real(*asked))

    return limit
