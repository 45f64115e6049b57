"""Every mutant: what is wrong, how it is switched on, and the law that catches it and was not written for it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from slaengine.policies.days import Days
from slaengine.policies.open_time import OpenTime
from slaengine.policies.plan import Plan
from slaengine.policies.target import Pin
from slaengine.projections.clocks import Clock, Line, Meter
from tests.mutants import calendars as c
from tests.mutants import clocks as k
from tests.mutants.patching import Function, Method, Wrong


@frozen
class Mutant:
    """caught_by: the ids of tests, each of which fails. law: what they state."""

    name: str
    wrong: str
    switch: Method | Function
    caught_by: tuple[str, ...]
    law: str


def named(name: str) -> Mutant:
    """The mutant of a name. Raises KeyError for none."""
    return BY_NAME[name]


CALENDAR_LAWS = "tests/policies/test_calendar_laws.py"
ALGEBRA = "tests/policies/test_algebra.py"
SCHEDULE = "tests/policies/test_schedule.py"
LAWS = "tests/clocks/test_laws.py"
WALK = "tests/clocks/test_walk.py::test_a_reading_is_what_a_walk_over_the_minutes_gives"
EVOLVE = "tests/domain/test_evolve.py"
HISTORY = "tests/domain/test_history.py"

_WALKED = "A reading is what a walk over the minutes gives"
_WALL = "21: open minutes are those of a walk along the wall clock"


def _in(home: str, name: str, wrong: Wrong) -> Function:
    return Function(f"slaengine.{home}", name, wrong)


def _mutant(name: str, wrong: str, switch: Method | Function, law: str, *caught_by: str) -> Mutant:
    return Mutant(name, wrong, switch, caught_by, law)


OF_CALENDARS = (
    _mutant(
        "due-a-microsecond-late",
        "A deadline is a microsecond late",
        Method(OpenTime, "due", c.due_a_microsecond_late),
        "4: due is the least instant by which the length has passed",
        f"{CALENDAR_LAWS}::test_law_4_due_is_the_least_instant_by_which_the_length_has_passed",
    ),
    _mutant(
        "due-at-the-opening",
        "What is used up at a closing is due at the next opening",
        Method(OpenTime, "due", c.due_at_the_opening),
        "5: due is the left adjoint of elapsed",
        f"{CALENDAR_LAWS}::test_law_5_due_is_the_left_adjoint_of_elapsed",
    ),
    _mutant(
        "breach-at-the-closing",
        "A breach is where the deadline is, and not where the next opening is",
        Method(OpenTime, "breach", c.breach_at_the_closing),
        "6: breach is the right adjoint of elapsed",
        f"{CALENDAR_LAWS}::test_law_6_breach_is_the_right_adjoint_of_elapsed",
    ),
    _mutant(
        "elapsed-with-its-end",
        "Elapsed time counts the microsecond of its end",
        Method(OpenTime, "elapsed", c.elapsed_with_its_end),
        "1: elapsed time adds up and has a sign",
        f"{CALENDAR_LAWS}::test_law_1_elapsed_time_adds_up_and_has_a_sign",
    ),
    _mutant(
        "elapsed-without-a-sign",
        "Elapsed time backwards is not negative",
        Method(OpenTime, "elapsed", c.elapsed_without_a_sign),
        "1: elapsed time adds up and has a sign",
        f"{CALENDAR_LAWS}::test_law_1_elapsed_time_adds_up_and_has_a_sign",
    ),
    _mutant(
        "subtract-is-due-backwards",
        "To subtract is to be due a negative length later",
        Method(OpenTime, "subtract", c.subtract_is_due_backwards),
        "10: subtract is the dual of due",
        f"{CALENDAR_LAWS}::test_law_10_subtract_is_the_dual_of_due",
    ),
    _mutant(
        "next-open-looks-too-late",
        "The next opening is looked for from a minute later on",
        Method(OpenTime, "next_open", c.next_open_looks_too_late),
        "11: next open is open, and nothing is before it",
        f"{CALENDAR_LAWS}::test_law_11_next_open_is_open_and_nothing_is_before_it",
    ),
    _mutant(
        "open-at-the-closing",
        "The instant of a closing is open",
        Method(OpenTime, "is_open", c.open_at_the_closing),
        _WALL,
        f"{CALENDAR_LAWS}::test_law_21_open_minutes_are_those_of_a_walk_along_the_wall_clock",
    ),
    _mutant(
        "union-forgets-the-first",
        "A union leaves out the first calendar",
        _in("policies.sources", "union", c.union_forgets_the_first),
        "12: the open time of two calendars is that of their union and of what they share",
        f"{ALGEBRA}::test_law_12_the_open_time_of_two_calendars_is_that_of_their_union_and_of_what_they_share",
    ),
    _mutant(
        "intersection-is-the-last",
        "What calendars share is what the last of them is open",
        _in("policies.sources", "intersection", c.intersection_is_the_last),
        "12: the open time of two calendars is that of their union and of what they share",
        f"{ALGEBRA}::test_law_12_the_open_time_of_two_calendars_is_that_of_their_union_and_of_what_they_share",
    ),
    _mutant(
        "complement-ends-too-soon",
        "A complement lacks the last microsecond before each opening",
        _in("policies.intervals", "complement", c.complement_ends_too_soon),
        "13: calendars are a Boolean algebra",
        f"{ALGEBRA}::test_law_13_calendars_are_a_boolean_algebra",
    ),
    _mutant(
        "version-an-hour-late",
        "A new version of a calendar takes effect an hour late",
        _in("policies.sources", "versions", c.versions_an_hour_late),
        "20: across an effective instant elapsed time is the sum of the parts",
        f"{ALGEBRA}::test_law_20_across_an_effective_instant_elapsed_time_is_the_sum_of_the_parts",
    ),
    _mutant(
        "holidays-are-open",
        "A holiday cuts the working days and not the open time",
        Method(Plan, "walls", c.walls_without_holidays),
        _WALL,
        f"{CALENDAR_LAWS}::test_law_21_open_minutes_are_those_of_a_walk_along_the_wall_clock",
    ),
    _mutant(
        "breaks-are-open",
        "A break takes nothing away",
        Method(Plan, "walls", c.walls_without_breaks),
        "Breaks are taken from special hours too, and may run past midnight",
        f"{SCHEDULE}::test_breaks_are_taken_from_special_hours_too_and_may_run_past_midnight",
    ),
    _mutant(
        "one-offset-a-day",
        "The offset at midnight holds for the whole day, also where the clocks change",
        _in("policies.offsets", "first_crossings", c.one_offset_for_the_whole_day),
        _WALL,
        f"{CALENDAR_LAWS}::test_law_21_open_minutes_are_those_of_a_walk_along_the_wall_clock",
    ),
    _mutant(
        "second-pass-only",
        "Of an hour that is repeated when clocks are set back, the first pass does not count",
        _in("policies.offsets", "first_crossings", c.the_second_pass_only),
        _WALL,
        f"{CALENDAR_LAWS}::test_law_21_open_minutes_are_those_of_a_walk_along_the_wall_clock",
    ),
    _mutant(
        "the-day-itself-counts",
        "The first working day after a date may be the date itself",
        Method(Days, "shift", c.the_day_itself_counts),
        "To count working days on is to walk from date to date",
        "tests/policies/test_days.py::test_counting_on_is_walking_from_date_to_date",
    ),
)

OF_CLOCKS = (
    _mutant(
        "breached-when-used-up",
        "A promise is broken as soon as its limit is used up",
        Method(Clock, "verdict", k.breached_when_used_up),
        "25: a clock that runs on is breached right after its breach instant",
        f"{LAWS}::test_law_25_a_clock_that_runs_on_is_breached_right_after_its_breach_instant",
    ),
    _mutant(
        "breach-is-due",
        "A clock says that it was breached when it was due, though more could be used only later",
        Method(Line, "crossed", k.breach_is_due),
        "Of a long series of random tickets every figure is that of a second evaluator, which walks",
        "tests/clocks/test_brute.py::test_a_long_series_of_tickets_has_no_difference",
    ),
    _mutant(
        "pause-is-charged",
        "A pause is charged",
        _in("policies.target", "step", k.pause_is_charged),
        "28: to continue is to have been paused between fulfilled and reopened",
        f"{LAWS}::test_law_28_to_continue_is_to_have_been_paused_between_fulfilled_and_reopened",
    ),
    _mutant(
        "pause-never-ends",
        "A clock that was paused stands for good",
        _in("policies.target", "step", k.pause_never_ends),
        "28: to continue is to have been paused between fulfilled and reopened",
        f"{LAWS}::test_law_28_to_continue_is_to_have_been_paused_between_fulfilled_and_reopened",
    ),
    _mutant(
        "closed-time-is-charged",
        "A reopened clock is charged the time for which the ticket was resolved",
        _in("projections.arithmetic", "after_reopening", k.closed_time_is_charged),
        "28: to continue is to have been paused between fulfilled and reopened",
        f"{LAWS}::test_law_28_to_continue_is_to_have_been_paused_between_fulfilled_and_reopened",
    ),
    _mutant(
        "carry-starts-from-nothing",
        "Under new terms nothing is carried over",
        _in("projections.arithmetic", "after_retarget", k.carry_starts_from_nothing),
        "27: under carry, what is used is the sum of what was charged",
        f"{LAWS}::test_law_27_under_carry_used_is_the_sum_of_what_was_charged",
    ),
    _mutant(
        "from-start-carries",
        "What should be measured anew by new terms is carried over as it was",
        _in("projections.arithmetic", "after_retarget", k.from_start_carries),
        "Of a long series of random tickets every figure is that of a second evaluator, which walks",
        "tests/clocks/test_brute.py::test_a_long_series_of_tickets_has_no_difference",
    ),
    _mutant(
        "share-upside-down",
        "The share of the budget that was used is scaled by old over new",
        _in("projections.arithmetic", "share", k.share_is_kept_upside_down),
        _WALKED,
        WALK,
    ),
    _mutant(
        "restart-keeps-what-was-used",
        "A clock that starts again keeps what was used before",
        _in("policies.target", "step", k.restart_keeps_what_was_used),
        _WALKED,
        WALK,
    ),
    _mutant(
        "cancelled-runs-on",
        "The clock of a cancelled ticket runs on",
        _in("policies.target", "step", k.cancelled_runs_on),
        _WALKED,
        WALK,
    ),
    _mutant(
        "pin-holds-nothing",
        "A clock that is pinned to facts of its start follows the ticket",
        Method(Pin, "pinned", k.pin_holds_nothing),
        "What is pinned at the start stays",
        "tests/clocks/test_step.py::test_what_is_pinned_at_the_start_stays",
    ),
    _mutant(
        "the-future-counts",
        "Events after the instant of the reading are read",
        _in("projections.clocks", "measure", k.the_future_counts),
        "23: what occurs later cannot change a reading",
        f"{LAWS}::test_law_23_what_occurs_later_cannot_change_a_reading",
    ),
    _mutant(
        "known-at-is-ignored",
        "What was recorded later is read as if it had been known",
        _in("domain.history", "history", k.known_at_is_ignored),
        "What is recorded later does not change what was known",
        f"{HISTORY}::test_what_is_recorded_later_does_not_change_what_was_known",
    ),
    _mutant(
        "ties-backwards",
        "Of the events of one instant the last that was written down is read first",
        _in("domain.recorded", "known", k.ties_are_read_backwards),
        "At one instant what was written down first is read first",
        f"{HISTORY}::test_at_one_instant_what_was_written_down_first_is_read_first",
    ),
    _mutant(
        "priority-is-ignored",
        "A change of the priority changes nothing",
        _in("domain.situation", "evolve", k.priority_is_ignored),
        _WALKED,
        WALK,
    ),
    _mutant(
        "internal-note-answers",
        "An internal note is an answer to the customer",
        _in("domain.situation", "evolve", k.internal_note_answers),
        "An event changes what the table says, and nothing else",
        f"{EVOLVE}::test_an_event_changes_this_and_nothing_else",
    ),
    _mutant(
        "automatic-reply-answers",
        "An automatic reply is a first response",
        _in("domain.shapes", "is_human_of_the_desk", k.automatic_reply_answers),
        "Somebody outside the desk gives no human answer",
        f"{EVOLVE}::test_somebody_outside_the_desk_gives_no_human_answer",
    ),
    _mutant(
        "waiver-deletes-the-clock",
        "A promise that was given up leaves no clock behind",
        Method(Meter, "clocks", k.waiver_deletes_the_clock),
        "24: a breach once found stays",
        "tests/clocks/test_laws_of_desks.py::test_law_24_a_breach_once_found_stays",
    ),
    _mutant(
        "percent-of-what-is-left",
        "A threshold is a share of what was left when the clock last turned, not of the limit",
        _in("projections.thresholds", "thresholds", k.percent_of_what_is_left),
        "Under one promise a share fires when so much is used",
        "tests/projections/test_thresholds.py::test_under_one_promise_a_share_fires_when_so_much_is_used",
    ),
    _mutant(
        "past-date-grants-nothing",
        "A date before the start grants no time, where it grants less than none",
        _in("policies.budget", "limit", k.a_date_in_the_past_grants_nothing),
        "The limit is the open time between, and below zero for a date before the start",
        "tests/policies/test_budgets.py::"
        "test_the_limit_is_the_open_time_between_and_below_zero_for_a_date_before_the_start",
    ),
)

MUTANTS: tuple[Mutant, ...] = (*OF_CALENDARS, *OF_CLOCKS)
BY_NAME: Mapping[str, Mutant] = {mutant.name: mutant for mutant in MUTANTS}
