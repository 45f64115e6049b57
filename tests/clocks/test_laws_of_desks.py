"""Laws 23 to 32 over desks: every ready metric, budget, rule and pin, across agreements and versions.

The same laws over single targets, to the microsecond, are in `test_laws.py`; numbers as in laws.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise
from random import Random
from typing import Any, TypeAlias

from attrs import frozen
from hypothesis import assume, given
from hypothesis import strategies as st

from slaengine.instants import DAY, Instant
from slaengine.policies.target import LIVE, Mode
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock, State, Verdict
from tests.clocks import random_tickets, translated
from tests.clocks.brute.facts import Plain
from tests.clocks.brute.hours import MINUTE
from tests.clocks.brute.walk import Figures
from tests.clocks.deep import Desk
from tests.clocks.random_tickets import GAPS, HOUR, START, record

Told: TypeAlias = Sequence[Plain]
Edit: TypeAlias = Callable[[Plain], Plain]
FOREVER = 2**62
WAITING = [{"phase": ["waiting"]}]

# Desks and what is asked of them --------------------------------------------------------------------------------------


def as_drawn(plain: Plain) -> Plain:
    return plain


def edited(agreements: Sequence[Plain], of_a_target: Edit, of_an_agreement: Edit = as_drawn) -> Desk:
    """A desk with every target, and every agreement, edited."""
    new = [
        of_an_agreement({**agreement, "targets": [of_a_target(target) for target in agreement["targets"]]})
        for agreement in agreements
    ]
    return Desk(new, translated.book(new), {})


def drawn(seed: int) -> Sequence[Plain]:
    return random_tickets.book(Random(seed))


@cache
def desk(seed: int) -> Desk:
    return edited(drawn(seed), as_drawn)


@frozen
class Asked:
    """A ticket, and the instant at which it is read."""

    told: Told
    now: Instant

    @property
    def until(self) -> Told:
        """The records of what had occurred by then."""
        return [it for it in self.told if it["event"]["at"] <= self.now]


@st.composite
def asked(draw: st.DrawFn, *, lawful: bool = True) -> Asked:
    told = draw(st.randoms(use_true_random=False).map(lambda rng: random_tickets.ticket(rng, lawful=lawful)))
    some = draw(st.sampled_from(told))["event"]["at"]
    return Asked(told, some + draw(st.sampled_from([0, MINUTE, 1, HOUR, 9 * HOUR - 1, 5 * DAY])))


seeds = st.integers(0, 19)


def read(told: Told, desk: Desk, now: Instant, known_at: Instant = FOREVER) -> list[Clock]:
    records = [translated.recorded(it) for it in told]
    return translated.read(records, desk.book, now, known_at) or []


def figures(clocks: Sequence[Clock]) -> list[Figures]:
    return [translated.figures(clock) for clock in clocks]


def paired(one: Sequence[Clock], other: Sequence[Clock]) -> Iterator[tuple[Clock, Clock]]:
    """The same clock in two readings."""
    found = {key_of(clock): clock for clock in other}
    return ((clock, found[key_of(clock)]) for clock in one if key_of(clock) in found)


def same(clock: Clock, reading: Sequence[Clock]) -> Clock:
    """A clock in another reading."""
    return next(other for other in reading if key_of(other) == key_of(clock))


def key_of(clock: Clock) -> tuple[str, str, int]:
    return str(clock.target.kind), clock.target.name, clock.cycle


# 23 to 25 -------------------------------------------------------------------------------------------------------------


@given(asked(lawful=False), seeds)
def test_law_23_what_occurs_later_cannot_change_a_reading(asked: Asked, seed: int) -> None:
    assume(all(it["event"]["kind"] != "corrected" for it in asked.told))  # what a correction says, it says of the past
    assert figures(read(asked.told, desk(seed), asked.now)) == figures(read(asked.until, desk(seed), asked.now))


@given(asked(lawful=False), seeds, st.integers(0, 30))
def test_law_23_what_is_recorded_later_cannot_change_a_reading(asked: Asked, seed: int, n: int) -> None:
    known_at = asked.told[n % len(asked.told)]["recorded_at"]
    heard = [it for it in asked.told if it["recorded_at"] <= known_at]
    then = read(asked.told, desk(seed), asked.now, known_at)
    assert figures(then) == figures(read(heard, desk(seed), asked.now))


@given(asked(), seeds, st.integers(0, 300).map(lambda n: n * HOUR))
def test_law_24_a_breach_once_found_stays(asked: Asked, seed: int, after: int) -> None:
    early, late = (read(asked.told, desk(seed), now) for now in (asked.now, asked.now + after))
    assert {*map(key_of, early)} <= {*map(key_of, late)}
    for was, now in paired(early, late):
        if was.breached_at is not None:
            assert (now.breached_at, now.breached_limit) == (was.breached_at, was.breached_limit)
            assert now.passed == was.passed
            assert now.verdict in (Verdict.BREACHED, Verdict.WAIVED)


@given(asked(), seeds)
def test_law_24_a_breach_is_found_as_soon_as_it_happened(asked: Asked, seed: int) -> None:
    """At its instant the promise can still be kept, a microsecond later it cannot; an event may break it at once."""
    for clock in read(asked.told, desk(seed), asked.now):
        breach = clock.breached_at
        if breach is None or breach >= asked.now:
            continue
        kept, broken = (same(clock, read(asked.told, desk(seed), now)) for now in (breach, breach + 1))
        assert broken.breached_at == breach
        if kept.breached_at is None:
            assert kept.used == kept.limit == clock.breached_limit
        else:
            assert kept.passed == breach


@given(asked(), seeds)
def test_law_25_nothing_is_breached_before_it_is_due(asked: Asked, seed: int) -> None:
    for clock in read(asked.told, desk(seed), asked.now):
        if clock.breached_at is not None:
            assert clock.passed is not None
            assert clock.passed <= clock.breached_at
            then = same(clock, read(asked.told, desk(seed), clock.breached_at))
            assert then.promise is not None
            if then.limit == clock.breached_limit:  # else another change of that very instant moved the promise on
                assert then.promise <= clock.breached_at
        elif clock.state is State.RUNNING:
            assert clock.used <= clock.limit


@given(asked(), seeds)
def test_law_25_a_clock_that_runs_on_is_breached_right_after_its_breach_instant(asked: Asked, seed: int) -> None:
    begins = [it["begins"] for it in desk(seed).agreements if it["begins"] is not None]
    for clock in read(asked.until, desk(seed), asked.now):
        if clock.state is State.RUNNING and clock.breached_at is None:
            breach = clock.calendar.open_time.breach(asked.now, clock.left)
            if any(asked.now < at <= breach for at in begins):
                continue  # another version may come in between
            kept, broken = (same(clock, read(asked.until, desk(seed), now)) for now in (breach, breach + 1))
            assert (kept.breached_at, broken.breached_at) == (None, breach)


# 26 and 27 ------------------------------------------------------------------------------------------------------------


@cache
def without_pauses(seed: int) -> Desk:
    return edited(drawn(seed), lambda target: {**target, "pauses": []})


@given(asked(), seeds)
def test_law_26_without_its_pauses_a_clock_uses_no_less(asked: Asked, seed: int) -> None:
    with_pauses, without = (read(asked.told, desks(seed), asked.now) for desks in (desk, without_pauses))
    assert [*map(key_of, with_pauses)] == [*map(key_of, without)]
    assert all(was.used <= now.used for was, now in paired(with_pauses, without))


def stricter(budget: Any) -> Any:
    match budget:
        case ("within" | "clock") as kind, length:
            return kind, length * 3 // 5
        case "days", n, until:
            return "days", max(1, n - 1), until
        case "on day", n, by, _:
            return "on day", max(1, n - 1), by, None
        case "date", of, next_opening, otherwise:
            return "date", of, next_opening, None if otherwise is None else stricter(otherwise)
    raise AssertionError(budget)


def with_stricter_budgets(target: Plain) -> Plain:
    return {
        **target,
        "budgets": {priority: stricter(it) for priority, it in target["budgets"].items()},
        "overrides": [
            (where, {priority: stricter(it) for priority, it in budgets.items()}, elsewhere)
            for where, budgets, elsewhere in target["overrides"]
        ],
    }


def carrying(target: Plain) -> Plain:
    """What was used never falls by a rule."""
    return {**target, "retarget": target["retarget"] if target["retarget"] == "from-start" else "carry"}


@cache
def loose(seed: int) -> Desk:
    return edited(drawn(seed), carrying)


@cache
def strict(seed: int) -> Desk:
    return edited(drawn(seed), lambda target: with_stricter_budgets(carrying(target)))


@given(asked(), seeds)
def test_law_26_a_stricter_budget_never_breaches_later(asked: Asked, seed: int) -> None:
    easy, hard = (read(asked.told, desks(seed), asked.now) for desks in (loose, strict))
    assert [*map(key_of, easy)] == [*map(key_of, hard)]
    for was, now in paired(easy, hard):
        if was.breached_at is not None:
            assert now.breached_at is not None
            assert now.breached_at <= was.breached_at


@given(asked(lawful=False), seeds)
def test_law_27_lines_leave_no_gap_and_time_is_charged_paused_or_neither(asked: Asked, seed: int) -> None:
    for clock in read(asked.told, desk(seed), asked.now):
        assert clock.ledger[0].start == clock.start
        assert all(line.end == following.start for line, following in pairwise(clock.ledger))
        assert all(0 <= line.charged <= line.open_time <= line.end - line.start for line in clock.ledger)
        assert all(line.charged == 0 for line in clock.ledger if line.mode is not Mode.RUNNING)
        assert clock.paused == sum(line.open_time for line in clock.ledger if line.mode is Mode.PAUSED)
        assert clock.last.mode in LIVE


def that_only_carries(target: Plain) -> Plain:
    return {**target, "retarget": "carry", "reopen": "continue"}


@cache
def carried_on(seed: int) -> Desk:
    return edited(drawn(seed), that_only_carries)


@given(asked(), seeds, st.integers(0, 30))
def test_law_27_under_carry_elapsed_time_splits_at_any_instant(asked: Asked, seed: int, n: int) -> None:
    middle = min(asked.now, asked.told[n % len(asked.told)]["event"]["at"] + n * 11 * MINUTE + 1)
    first, whole = (read(asked.told, carried_on(seed), now) for now in (middle, asked.now))
    for was, now in paired(first, whole):
        assert now.used == sum(line.charged for line in now.ledger)
        charged = (line for line in now.ledger if line.mode is Mode.RUNNING and line.end > middle)
        after = (line.terms.calendar.open_time.elapsed(max(middle, line.start), line.end) for line in charged)
        assert now.used == was.used + sum(after)


# 28 to 30 -------------------------------------------------------------------------------------------------------------

RESOLVED_OR_NOT: Sequence[Plain] = (
    {"kind": "worked"},
    {"kind": "put-on-hold"},
    {"kind": "resumed"},
    {"kind": "resolved"},
    {"kind": "closed"},
    {"kind": "reopened"},
    {"kind": "status-changed", "status": "in progress", "phase": "open"},
    {"kind": "cancelled"},
)


@st.composite
def reopened(draw: st.DrawFn) -> Asked:
    """A ticket that is resolved and reopened, and nothing else in it changes what is promised."""
    at, told = START, [record(1, {"kind": "opened", "priority": "low", "at": START})]
    for shape, gap in draw(st.lists(st.tuples(st.sampled_from(RESOLVED_OR_NOT), st.sampled_from(GAPS)), max_size=9)):
        at += gap
        told.append(record(len(told) + 1, {**shape, "at": at}))
    return Asked(told, at + draw(st.sampled_from(GAPS)))


def that_goes_on(target: Plain) -> Plain:
    return {**target, "reopen": "continue", "pauses": WAITING, "overrides": [], "fulfilled": None, "pin": "all"}


@cache
def resolutions(seed: int) -> Desk:
    """Resolutions and the like by every budget, in one version, so that no other promise begins while one is over."""

    def of_an_agreement(agreement: Plain) -> Plain:
        kept = [target for target in agreement["targets"] if target["metric"] in ("resolution", "agent-work")]
        others = [{**agreement["targets"][0], "name": "other"}]
        return {**agreement, "targets": kept or others}

    return edited([it for it in drawn(seed) if it["version"] == "1"], that_goes_on, of_an_agreement)


@given(reopened(), seeds)
def test_law_28_to_continue_is_to_have_been_paused_between_fulfilled_and_reopened(asked: Asked, seed: int) -> None:
    held = [{**it, "event": on_hold_instead(it["event"])} for it in asked.told]
    clocks, paused = (
        [it for it in read(told, resolutions(seed), asked.now) if it.target.name in ("resolution", "agent-work")]
        for told in (asked.told, held)
    )
    assert [*map(key_of, clocks)] == [*map(key_of, paused)]
    for clock, other in paired(clocks, paused):
        assert (clock.start, clock.used, clock.limit) == (other.start, other.used, other.limit)
        assert (clock.breached_at, clock.passed) == (other.breached_at, other.passed)
        if clock.ended_at is None and clock.state is not State.CANCELLED:
            assert (clock.due, clock.promise) == (other.due, other.promise)


def on_hold_instead(event: Plain) -> Plain:
    return {"kind": "put-on-hold", "at": event["at"]} if event["kind"] in ("resolved", "closed") else event


@cache
def under_one_name_or_another(seed: int) -> Desk:
    """Every agreement promises the same."""
    same = drawn(seed)[0]["targets"]
    firsts = [it for it in drawn(seed) if it["version"] == "1" and it["id"] != "ola"]
    return edited(firsts, as_drawn, lambda agreement: {**agreement, "targets": same, "best_effort": False})


@given(asked(), seeds)
def test_law_29_a_retarget_to_the_same_terms_is_none(asked: Asked, seed: int) -> None:
    """Were the ticket under none for a while, its clocks would have been cancelled."""
    told = [it for it in asked.told if not is_attached_to_nobody(it["event"])]
    kept = [it for it in told if it["event"]["kind"] != "agreement-attached"]
    assume(asked.told[0]["event"].get("agreement") != "nobody")
    with_it, without = (read(records, under_one_name_or_another(seed), asked.now) for records in (told, kept))
    assert [*map(read_as, with_it)] == [*map(read_as, without)]


def is_attached_to_nobody(event: Plain) -> bool:
    if event["kind"] != "agreement-attached":
        return False
    return event["agreement"] == "nobody" or event.get("version") == "2"


def read_as(clock: Clock) -> tuple[object, ...]:
    """All figures, whoever promised."""
    return (
        *key_of(clock),
        clock.start,
        clock.used,
        clock.paused,
        clock.limit,
        clock.breached_at,
        clock.breached_limit,
        clock.passed,
        clock.ended_at,
        clock.state,
        clock.verdict,
        clock.promise,
    )


def in_the_office(retarget: str) -> Edit:
    def of_a_target(target: Plain) -> Plain:
        overrides = [(where, budgets, "office") for where, budgets, _ in target["overrides"]]
        return {**target, "calendar": "office", "overrides": overrides, "retarget": retarget}

    return of_a_target


@cache
def in_one_office(seed: int, retarget: str) -> Desk:
    return edited(drawn(seed), in_the_office(retarget))


@given(asked(), seeds)
def test_law_29_to_carry_is_to_count_from_the_start_where_only_the_budget_changes(asked: Asked, seed: int) -> None:
    carried, recounted = (
        read(asked.told, in_one_office(seed, retarget), asked.now) for retarget in ("carry", "from-start")
    )
    assert [*map(read_as, carried)] == [*map(read_as, recounted)]


NOT_READ: Sequence[Plain] = (
    {"kind": "worked"},
    {"kind": "acknowledged"},
    {"kind": "workaround-given"},
    {"kind": "classified", "category": "mail"},
)


@given(asked(), seeds, st.sampled_from(NOT_READ), st.integers(0, 30), st.integers(0, 30))
def test_law_30_what_no_target_reads_may_stand_anywhere_among_the_events_of_its_instant(
    asked: Asked, seed: int, shape: Plain, n: int, to: int
) -> None:
    at = asked.told[n % len(asked.told)]["event"]["at"]
    tied = [k for k, it in enumerate(asked.told) if it["event"]["at"] == at and k > 0]
    place = ([*tied, tied[-1] + 1] if tied else [1])[to % (len(tied) + 1)]
    with_it = [*asked.told[:place], {"event": {**shape, "at": at}}, *asked.told[place:]]
    renumbered = [record(number, it["event"]) for number, it in enumerate(with_it, start=1)]
    assert figures(read(renumbered, desk(seed), asked.now)) == figures(read(asked.told, desk(seed), asked.now))


READ_BY_CALLBACK = {
    *("opened", "callback-promised", "callback-kept", "cancelled", "prioritised", "agreement-attached", "due-date-set"),
    *("waived", "resumed", "reopened", "accepted", "put-on-hold", "resolved", "closed"),
}


@cache
def callbacks(seed: int) -> Desk:
    """Calls that were promised, and no rule that reads anything else."""
    plain: Mapping[str, Any] = {"overrides": [], "pauses": [], "fulfilled": None}
    (one, *_) = [it for agreement in drawn(seed) for it in agreement["targets"] if it["metric"] == "callback"]
    return edited(drawn(seed), lambda _: {**one, **plain}, lambda it: {**it, "targets": it["targets"][:1]})


@given(asked(), seeds, st.randoms(use_true_random=False))
def test_law_30_permuting_events_of_one_instant_of_which_one_is_read_changes_no_reading(
    asked: Asked, seed: int, rng: Random
) -> None:
    assume(all(it["event"].get("phase") is None for it in asked.told[1:]))
    events: list[Plain] = []
    for _, tied in groupby((it["event"] for it in asked.told), key=lambda event: event["at"]):
        group = [*tied]
        if sum(event["kind"] in READ_BY_CALLBACK for event in group) <= 1 and group[0]["kind"] != "opened":
            rng.shuffle(group)
        events += group
    permuted = [record(number, event) for number, event in enumerate(events, start=1)]
    clocks = [read(told, callbacks(seed), asked.now) for told in (asked.told, permuted)]
    assert figures(clocks[0]) == figures(clocks[1])


# 31 and 32 ------------------------------------------------------------------------------------------------------------


@given(asked(), seeds)
def test_law_31_every_number_of_an_explanation_recomputes_from_its_lines(asked: Asked, seed: int) -> None:
    case = Case([translated.recorded(it) for it in asked.told], under=desk(seed).book)
    for clock in case.clocks(asked.now):
        same_name = [it for it in case.clocks(asked.now) if it.target.name == clock.target.name]
        if len({it.target.kind for it in same_name}) > 1:
            continue  # an explanation is asked for by the name
        told = case.explain(clock.target.name, asked.now, clock.cycle)
        last = told.lines[-1]
        for line, following in pairwise(told.lines):
            assert line.until == following.at
            assert line.charged + line.paused + line.idle + line.out_of_hours == line.until - line.at
            assert line.used + line.charged + following.adjusted == following.used
        assert (last.used, last.until) == (clock.used, last.at)
        assert sum(line.adjusted + line.charged for line in told.lines) == clock.used
        assert sum(line.paused for line in told.lines) == clock.paused
        assert last.left == clock.limit - clock.used


def apart(agreement: Plain) -> Plain:
    """Scopes of which no requester is in two; for everybody else there are one OLA and one best effort."""
    scopes = {"gold": {"organisation": "acme"}, "silver": {"organisation": "other"}}
    return {**agreement, "scope": scopes.get(agreement["id"], {})}


@given(asked(lawful=False), seeds, st.randoms(use_true_random=False))
def test_law_32_selection_does_not_depend_on_the_order_of_agreements_with_disjoint_scope(
    asked: Asked, seed: int, rng: Random
) -> None:
    agreements = drawn(seed)
    shuffled = rng.sample(agreements, len(agreements))
    one, other = (edited(order, as_drawn, apart) for order in (agreements, shuffled))
    assert sorted(map(repr, figures(read(asked.told, one, asked.now)))) == sorted(
        map(repr, figures(read(asked.told, other, asked.now)))
    )
