"""Figures and names as people read them: what the terminal and the page have in common."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from math import isfinite

from attrs import frozen

from slaengine.audit.findings import Compliance, Findings, Waiver
from slaengine.errors import InputError
from slaengine.instants import Instant, in_words, iso
from slaengine.policies.calendar import Calendar
from slaengine.projections.case import Case
from slaengine.projections.clocks import Clock, Verdict
from slaengine.projections.gaming.flag import Flag, InnocentReading
from slaengine.projections.ledger_text import shown
from slaengine.projections.measures import Interval
from slaengine.projections.objectives import Forecast, ObjectiveReading
from slaengine.projections.objectives import in_words as objective_in_words
from slaengine.projections.wording import printable

SHORT = 12
"""So many digits of a digest are shown where the whole one stands elsewhere."""


@frozen(kw_only=True)
class Kind:
    """Flags of one kind."""

    name: str
    flags: int
    tickets: int
    highest: float


def compliance_by_target(findings: Findings) -> Mapping[str, tuple[Compliance, ...]]:
    """Compliance of each target: by priority, and of all of them where there are several."""
    groups: dict[str, list[Compliance]] = {}
    for line in findings.compliance(("target", "priority")):
        groups.setdefault(line.key[0], []).append(line)
    whole = {line.key[0]: line for line in findings.compliance(("target",))}
    return {target: (*lines, *([whole[target]] if len(lines) > 1 else [])) for target, lines in groups.items()}


def objectives(findings: Findings) -> Sequence[tuple[str, Sequence[ObjectiveReading]]]:
    """The agreement and the words of each objective, with its periods."""
    runs = groupby(findings.objectives(), key=lambda reading: (reading.agreement, id(reading.objective)))
    groups = [list(readings) for _, readings in runs]
    return [(f"{of[0].agreement}: {objective_in_words(of[0].objective)}", of) for of in groups]


def kept(reading: ObjectiveReading) -> str:
    """Whether the objective is kept so far; a dash where nothing is judged."""
    return "-" if reading.kept is None else "yes" if reading.kept else "no"


def credit(reading: ObjectiveReading) -> str:
    """What is owed as things stand: "5 %"; a dash for nothing."""
    return f"{reading.credit:g} %" if reading.credit else "-"


def forecast(it: Forecast) -> str:
    """How the period may end."""
    span = "" if it.best is None else f"{percent(it.worst)} to {percent(it.best)} with the open clocks; "
    return f"{it.outlook}; {span}{counted(it.expected, 'decided clock')} expected"


def waiver(it: Waiver) -> str:
    """What was given up, why, by whom, and what the verdict would have been."""
    ticket, target, reason = clipped(it.ticket, 24), clipped(it.target, 32), clipped(it.reason, 200)
    by = f", by {it.by.role}" if it.by else ""
    return f"{ticket}, {target} (cycle {it.cycle}): {would_be(it)}; {reason}{by}"


def would_be(it: Waiver) -> str:
    """What the verdict would have been: "would be breached"."""
    if it.verdict is None:
        return "the ticket has no such clock"
    return "not decided yet" if it.verdict is Verdict.OPEN else f"would be {it.verdict}"


def apart(findings: Findings) -> str:
    """A sentence on the clocks that were waived, or that nobody was entitled to; nothing where there is none."""
    lines = findings.compliance()
    waived, effort = (sum(getattr(line, name) for line in lines) for name in ("waived", "best_effort"))
    told = [f"{counted(n, 'clock')} {what}" for n, what in ((waived, "waived"), (effort, "of best effort")) if n]
    return f"In no share: {' and '.join(told)}." if told else ""


def priority_of(line: Compliance) -> str:
    """The priority that a line of compliance is about."""
    return line.key[1] if len(line.key) > 1 else "all"


def flags_by_kind(findings: Findings) -> tuple[Kind, ...]:
    """How many flags of each kind there are, in order of name."""
    counted = Counter(flag.kind for flag in findings.flags)
    return tuple(_kind(findings, name, flags) for name, flags in sorted(counted.items()))


def _kind(findings: Findings, name: str, flags: int) -> Kind:
    of_it = [flag for flag in findings.flags if flag.kind == name]
    tickets = len({flag.ticket for flag in of_it})
    return Kind(name=name, flags=flags, tickets=tickets, highest=max(flag.score for flag in of_it))


def clock_of(case: Case, as_of: Instant, *, agreement: str, target: str, cycle: int) -> Clock:
    """One clock of a case. Raises InputError if it has none such then."""
    wanted = agreement, target, cycle
    for clock in case.clocks(as_of):
        if (clock.target.agreement, clock.target.name, clock.cycle) == wanted:
            return clock
    raise InputError(f"ticket {case.ticket} has no clock {target!r} (cycle {cycle}, {agreement}) then")


def clock_of_flag(case: Case, flag: Flag, as_of: Instant) -> Clock:
    """The clock on which a flag rests, as it stood at an instant not before the flag's."""
    position = flag.position
    return clock_of(case, as_of, agreement=flag.agreement, target=position.target, cycle=position.cycle)


def standing(flag: Flag, calendar: Calendar) -> str:
    """Where the clock stood just before what is flagged, in one sentence."""
    position = flag.position
    due = "" if position.due is None else f", due {shown(position.due, calendar)} {zone_of(calendar)}"
    return (
        f"{shown(position.at, calendar)}: {position.target} ({position.kind}, cycle {position.cycle}), "
        f"{in_words(position.used)} of "
        f"{in_words(position.limit)} used, {in_words(position.left)} left{due}"
    )


def what_if(flag: Flag) -> str:
    """What a replay with one edit would have said."""
    it = flag.counterfactual
    if it.what_if == it.verdict and not it.difference:
        return f"{it.edit}, {it.finding}; the clock stays {it.verdict}."
    verdict = f"still {it.verdict}" if it.what_if == it.verdict else f"{it.what_if} instead of {it.verdict}"
    more = "more" if it.difference > 0 else "less"
    return f"{it.edit}, {verdict}, {in_words(abs(it.difference))} {more} used: {it.finding}."


def answer(reading: InnocentReading) -> str:
    """What became of an innocent reading when it was checked."""
    if reading.holds is None:
        return "the log cannot tell"
    return "holds" if reading.holds else "does not hold"


@frozen(kw_only=True)
class Inputs:
    """The names of the files that an audit was made of, as commands give them."""

    log: str
    agreements: str | None
    mapping: str | None = None


def explain_command(findings: Findings, inputs: Inputs, ticket: str, target: str) -> str:
    """The command that prints the ledger of a ticket's clock anew."""
    return _command(findings, inputs, "explain", ticket, ("--target", target))


def audit_command(findings: Findings, inputs: Inputs) -> str:
    """The command that repeats the audit."""
    return _command(findings, inputs, "audit", None, ())


def _command(findings: Findings, inputs: Inputs, verb: str, ticket: str | None, more: tuple[str, ...]) -> str:
    what = [inputs.log] if ticket is None else [inputs.log, ticket]
    mapped = [] if inputs.mapping is None else ["--mapping", inputs.mapping]
    known = [] if findings.known_at is None else ["--known-at", iso(findings.known_at)]
    until = [*known, "--as-of", iso(findings.as_of)]
    promised = [] if inputs.agreements is None else ["--agreements", inputs.agreements]
    return shlex.join(["slaengine", verb, *what, *promised, *mapped, *more, *until])


def cancelled_breached(findings: Findings) -> str:
    """A sentence on breaches that no share holds; nothing where there is none."""
    n = sum(line.cancelled_breached for line in findings.compliance())
    return f"Of the cancelled clocks, {n} had been breached before." if n else ""


def percent(share: float | None) -> str:
    """A share to one decimal: "93.2 %"; a dash where there is none, or it is of nothing."""
    return "-" if share is None or not isfinite(share) else f"{100 * share:.1f} %"


def interval_text(interval: Interval | None) -> str:
    """An interval of shares, in percent: "88.1-92.9"; a dash where there is none."""
    return "-" if interval is None else f"{100 * interval.low:.1f}-{100 * interval.high:.1f}"


def counted(n: int, one: str) -> str:
    """A number with what it counts: "1 flag", "7 flags"."""
    return f"{n} {one if n == 1 else one + 's'}"


def zone_of(calendar: Calendar) -> str:
    """The zone in which the instants of a calendar are shown."""
    return str(calendar.zone)


def facts(names: tuple[str, ...]) -> str:
    """Kinds of event by their names: "customer-contacted"."""
    return ", ".join(names)


def plain(value: object) -> str:
    """Text of a log without what would steer a terminal or turn the direction of writing."""
    return printable(str(value))


def clipped(value: object, length: int) -> str:
    """Plain text of at most so many characters."""
    text = plain(value)
    return text if len(text) <= length else f"{text[: length - 3]}..."
