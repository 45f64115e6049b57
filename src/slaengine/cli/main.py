"""The command `slaengine`. Exit codes: 0 done, whatever the verdicts; 1 a check failed; 2 the input was refused."""

from __future__ import annotations

import os
import sys
import warnings
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from slaengine.audit.findings import Findings
from slaengine.audit.log import Log, Rejected
from slaengine.audit.run import audit, latest, streams
from slaengine.cli import inputs, outputs
from slaengine.cli.agreement import agreement_parser
from slaengine.cli.calendar import calendar_parser
from slaengine.codec.documents import to_json
from slaengine.codec.files import write_whole
from slaengine.domain.recorded import Recorded
from slaengine.errors import AgreementError, DriftWarning, InputError, ScheduleError, SlaError
from slaengine.instants import FOREVER, Instant, iso
from slaengine.projections.case import Case
from slaengine.projections.explain import Explanation, explained
from slaengine.projections.wording import printable
from slaengine.reports.html import html_report
from slaengine.reports.table import findings_table, flag_text

DONE, REFUSED, INTERRUPTED = 0, 2, 130


def run(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line; give its exit code."""
    given = _parser().parse_args(arguments)
    command: Callable[[Namespace], int] = given.command
    try:
        with _own_warnings():
            return _carried_out(command, given)
    except (AgreementError, ScheduleError) as error:
        return _refused(error.faults)
    except SlaError as error:
        return _refused([str(error)])
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _say_no_more()
        return DONE
    except (OverflowError, RecursionError) as error:
        return _refused([f"an instant, a length or a nesting lies beyond what can be meant: {error}"])
    except (OSError, UnicodeError) as error:
        _say_no_more()
        return _refused([f"what was found cannot be written: {error}"])


def _carried_out(command: Callable[[Namespace], int], given: Namespace) -> int:
    code = command(given)
    sys.stdout.flush()  # here, where what goes wrong is told
    return code


@contextmanager
def _own_warnings() -> Iterator[None]:
    """Within, what the package warns of is told as all else is; other warnings, as Python tells them."""
    with warnings.catch_warnings():
        python_tells = warnings.showwarning

        def told(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if issubclass(category, DriftWarning):
                _say(str(message))
            else:
                python_tells(message, category, filename, lineno, file, line)

        warnings.showwarning = told
        yield


def _say_no_more() -> None:
    """Nobody reads the output on: what is left of it must not fail again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refused(faults: Sequence[str]) -> int:
    for fault in faults:
        _say(fault)
    return REFUSED


def _say(words: str) -> None:
    print(f"slaengine: {printable(words)}", file=sys.stderr)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="slaengine",
        description="Audit a help desk's log: SLA clocks, breaches, and what deserves a look, each with its reasons.",
        epilog="Exit codes: 0 done, whatever the verdicts; 1 a check failed; 2 the input was refused.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('slaengine')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, arguments in (("audit", _audit, _audit_parser), ("explain", _explain, _explain_parser)):
        arguments(commands.add_parser(name, help=command.__doc__, description=command.__doc__))
    about = "Draw a month of a calendar, check it, add open time, or tell how much lies between two instants."
    calendar_parser(commands.add_parser("calendar", help=about, description=about))
    about = "Look for loopholes in agreements, or tell two apart: the shortest history that shows it, as a ledger."
    agreement_parser(commands.add_parser("agreement", help=about, description=about))
    return parser


def _audit_parser(parser: ArgumentParser) -> None:
    _inputs(parser)
    parser.add_argument("--strict", action="store_true", help="refuse a log with anything to quarantine")
    parser.add_argument("--json", metavar="OUT", help="write every clock, flag and digest as JSON")
    parser.add_argument("--html", metavar="OUT", help="write a report as one HTML file")
    parser.set_defaults(command=_audit)


def _explain_parser(parser: ArgumentParser) -> None:
    _inputs(parser)
    parser.add_argument("ticket", metavar="TICKET", help="the ticket's id")
    parser.add_argument("--target", metavar="NAME", help="only this target; by default all of them")
    parser.add_argument("--json", metavar="OUT", help="write the ledgers as JSON as well")
    parser.set_defaults(command=_explain)


def _inputs(parser: ArgumentParser) -> None:
    parser.add_argument(
        "log", metavar="LOG|STORE", help="canonical .jsonl, .csv or .xes with a mapping (also .gz, .xz), or a store"
    )
    parser.add_argument(
        "--agreements", metavar="FILE", help="what was promised, TOML or JSON; by default what the log itself published"
    )
    parser.add_argument("--mapping", metavar="FILE", help="what the columns of a CSV or XES mean, TOML")
    parser.add_argument("--known-at", metavar="INSTANT", help="leave out what was recorded later; by default nothing")
    parser.add_argument(
        "--as-of", metavar="INSTANT", help="ISO 8601 with an offset; by default the latest instant in the log"
    )


def _audit(given: Namespace) -> int:
    """Read a whole log under its agreements: compliance by target and priority, breaches, flags."""
    json_path = _output(given, given.json)
    html_path = _output(given, given.html, given.json)
    as_of, written = inputs.as_of(given), inputs.agreements(given)
    log = inputs.log(given)
    book = inputs.book(written, log, inputs.known_at(given))
    findings = audit(
        log, under=book, as_of=as_of, known_at=inputs.known_at(given), progress=outputs.progress("auditing tickets")
    )
    if given.strict and findings.quarantine:
        return _refused(list(_strict(findings, given.log)))
    if json_path:
        write_whole(json_path, [to_json(findings.data())])
    if html_path:
        write_whole(html_path, [_report(findings, given).encode()])
    print(findings_table(findings), end="")
    return DONE


def _output(given: Namespace, path: str | None, *others: str | None) -> Path | None:
    """Where to write what was asked for; never over what is read, or over the other output."""
    if path is None:
        return None
    return outputs.check_writable(path, unlike=[given.log, given.agreements, given.mapping, *others])


def _report(findings: Findings, given: Namespace) -> str:
    """The page names files without their folders, so that its bytes do not depend on where they lie."""
    agreements, mapping = (path and Path(path).name for path in (given.agreements, given.mapping))
    return html_report(findings, log=Path(given.log).name, agreements=agreements, mapping=mapping)


def _strict(findings: Findings, log: str) -> Iterator[str]:
    """What stands in the way of a strict audit: the first ten in full."""
    for rejected in findings.quarantine[:10]:
        yield f"{log}, {_place(rejected)}: {rejected.reason}"
    if len(findings.quarantine) > 10:
        yield f"{log}: and {len(findings.quarantine) - 10} more"
    yield "mend the log, or leave --strict out to set them aside"


def _place(rejected: Rejected) -> str:
    line = f"line {rejected.line}" if rejected.line is not None else f"stream {rejected.stream}"
    return line if rejected.field is None else f"{line}, {rejected.field} {rejected.value!r}"


def _explain(given: Namespace) -> int:
    """Print the ledger of a ticket's clocks: what each event did, what was used, what was left, and by which rule."""
    json_path = _output(given, given.json)
    as_of, written = inputs.as_of(given), inputs.agreements(given)
    known_at = inputs.known_at(given)
    log = inputs.log(given)
    book = inputs.book(written, log, known_at)
    known = FOREVER if known_at is None else known_at
    now = min(latest(log.records), known) if as_of is None else as_of
    case = Case(_records(log, given.ticket), under=book, lacks=log.lacks, known_at=known).until(now)
    aside = [*_aside(log, given.ticket), *(f"{found.record.id}: {found.reason}" for found in case.history.quarantined)]
    clocks = [clock for clock in case.clocks(now) if given.target in (None, clock.target.name)]
    ledgers = [explained(case, clock, now) for clock in clocks]
    if json_path:
        found = {"ticket": case.ticket, "set_aside": aside, "ledgers": [ledger.data() for ledger in ledgers]}
        write_whole(json_path, [to_json(found)])
    flags = [flag_text(case, flag, persons=True).rstrip() for flag in case.flags(now)]
    told = [*_set_aside(case.ticket, aside), *_told(case, given.target, now, ledgers), *flags]
    print("\n\n".join(told))
    return DONE


def _aside(log: Log, ticket: str) -> list[str]:
    """What of a ticket could not be read: a figure does not rest on it, and whoever asks should know."""
    return [f"{_place(rejected)}: {rejected.reason}" for rejected in log.rejected if rejected.stream == ticket]


def _set_aside(ticket: str, aside: Sequence[str]) -> Iterator[str]:
    if aside:
        yield "\n".join(map(printable, [f"Set aside, so that no figure of ticket {ticket} rests on it:", *aside]))


def _records(log: Log, ticket: str) -> Sequence[Recorded]:
    tickets = streams(log.records)
    if ticket not in tickets and (aside := _aside(log, ticket)):
        raise InputError(f"{log.source}: all of ticket {ticket!r} was set aside: {'; '.join(aside[:3])}")
    if ticket not in tickets:
        close = get_close_matches(ticket, tickets, n=3)
        hint = f"did you mean {', '.join(close)}?" if close else f"it has {len(tickets)} others"
        raise InputError(f"{log.source} has no ticket {ticket!r}: {hint}")
    return tickets[ticket]


def _told(case: Case, target: str | None, now: Instant, ledgers: Sequence[Explanation]) -> Iterator[str]:
    """The ledgers, and why there is none where there is none."""
    missing = [found for found in case.not_measurable if target in (None, found.target.name)]
    for found in missing:
        facts = ", ".join(found.missing)
        yield f"{found.target.name} ({found.target.agreement}): not measurable, the log has no {facts}"
    for ledger in ledgers:
        yield ledger.text()
    if ledgers or missing:
        return
    names = sorted({known.name for known in case.promises})
    if target is not None and names and target not in names:
        raise InputError(f"ticket {case.ticket} has no target {target!r}: it has {', '.join(names)}")
    yield printable(f"Ticket {case.ticket} has no clock then: {_why_none(case, now)}")


def _why_none(case: Case, now: Instant) -> str:
    opened = case.timeline[0].start
    return case.selection.why if opened <= now else f"it was opened later, at {iso(opened)}"
