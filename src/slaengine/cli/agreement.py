"""`slaengine agreement`: what agreements leave open, and what two of them would do differently."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from slaengine.audit.run import latest
from slaengine.cli import inputs, outputs
from slaengine.codec.agreements import read_agreements
from slaengine.codec.documents import to_json
from slaengine.codec.files import write_whole
from slaengine.errors import InputError
from slaengine.instants import Instant, iso
from slaengine.policies.agreement import Agreement
from slaengine.policies.book import Book
from slaengine.projections.differences import Differences, differences
from slaengine.projections.impact import Moved, impact
from slaengine.projections.loopholes import LoopholeKind, loopholes
from slaengine.projections.search import MOST
from slaengine.projections.wording import printable

DONE, FOUND = 0, 1


def agreement_parser(parser: ArgumentParser) -> None:
    """The arguments of all its commands."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, arguments in (("check", _check, _check_arguments), ("diff", _diff, _diff_arguments)):
        one = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        arguments(one)
        one.add_argument(
            "--most", metavar="STATES", type=int, default=MOST, help=f"give up beyond; {MOST:,} if not said"
        )
        one.add_argument("--json", metavar="OUT", help="write what was found as JSON as well")
        one.set_defaults(command=command)


def _check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="an agreement file, TOML or JSON")
    parser.add_argument("--agreement", metavar="ID", help="only this agreement, or this version of it: ID@VERSION")
    parser.add_argument(
        "--accept",
        metavar="KIND",
        action="append",
        default=[],
        choices=[*LoopholeKind],
        help=f"a kind of loophole that is known and accepted, as often as needed: {', '.join(LoopholeKind)}",
    )


def _diff_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="an agreement file, TOML or JSON")
    parser.add_argument("new", metavar="NEW", help="another, or the same")
    parser.add_argument("--agreement", metavar="ID", help="only this agreement, or this version of it: ID@VERSION")
    parser.add_argument(
        "--with", dest="other", metavar="ID", help="the one of NEW to compare with, if called otherwise"
    )
    parser.add_argument("--log", metavar="LOG|STORE", help="list its open tickets whose terms or due instants move")
    parser.add_argument("--mapping", metavar="FILE", help="what the columns of a CSV or XES mean, TOML")
    parser.add_argument("--as-of", metavar="INSTANT", help="of the list; by default the latest instant in the log")


def _check(given: Namespace) -> int:
    """Look for loopholes: the shortest history by which a clock is stopped, paused, reset or moved, as a ledger."""
    path = None if given.json is None else outputs.check_writable(given.json, unlike=[given.file])
    book = read_agreements(given.file)
    chosen = book.agreements if given.agreement is None else _versions(book, given.agreement, given.file)
    progress = outputs.progress("checking targets")
    found = [loopholes(it, most=given.most, progress=progress).accepting(given.accept) for it in chosen]
    if path:
        write_whole(path, [to_json({"agreements": [it.data() for it in found]})])
    print("\n\n".join(it.text() for it in found))
    return FOUND if any(len(it) for it in found) else DONE


def _diff(given: Namespace) -> int:
    """Tell two agreements apart: the shortest history on which they disagree, as both ledgers."""
    path = None
    if given.json is not None:
        path = outputs.check_writable(given.json, unlike=[given.old, given.new, given.log, given.mapping])
    if given.log is None and (given.mapping or given.as_of):
        raise InputError("--mapping and --as-of are about a log: name it with --log")
    old, new = read_agreements(given.old), read_agreements(given.new)
    pairs = [*_pairs(old, new, given)]
    alone = [] if given.agreement or given.other else [*_alone(old, new, pairs)]
    progress = outputs.progress("comparing targets")
    found = [differences(one, other, most=given.most, progress=progress) for one, other in pairs]
    as_of, moved = _moved(old, new, given)
    if path:
        write_whole(path, [to_json(_document(found, alone, as_of, moved))])
    told = [*(it.text() for it in found), *(["\n".join(alone)] if alone else []), *_told(as_of, moved)]
    print("\n\n".join(told))
    return FOUND if any(found) or alone or moved else DONE


def _document(
    found: Sequence[Differences], alone: Sequence[str], as_of: Instant | None, moved: Sequence[Moved]
) -> dict[str, object]:
    return {
        "agreements": [it.data() for it in found],
        "alone": list(alone),
        "as_of": None if as_of is None else iso(as_of),
        "impact": [it.data() for it in moved],
    }


# Which of a file ------------------------------------------------------------------------------------------------------


def _pairs(old: Book, new: Book, given: Namespace) -> Iterator[tuple[Agreement, Agreement]]:
    """What is to be compared: the latest versions, by id; or the only one of each file, whatever it is called."""
    mine, theirs = _ids(old), _ids(new)
    if given.agreement is None and given.other is None:
        if len(mine) == len(theirs) == 1:
            yield old.versions(mine[0])[-1], new.versions(theirs[0])[-1]
            return
        yield from ((old.versions(id)[-1], new.versions(id)[-1]) for id in mine if id in theirs)
        return
    one = given.agreement or given.other
    yield _versions(old, one, given.old)[-1], _versions(new, given.other or one, given.new)[-1]


def _alone(old: Book, new: Book, pairs: Sequence[tuple[Agreement, Agreement]]) -> Iterator[str]:
    compared = ({one.id for one, _ in pairs}, {other.id for _, other in pairs})
    yield from (f"only the old file has {id}" for id in _ids(old) if id not in compared[0])
    yield from (f"only the new file has {id}" for id in _ids(new) if id not in compared[1])


def _ids(book: Book) -> list[str]:
    return list(dict.fromkeys(agreement.id for agreement in book.agreements))


def _versions(book: Book, which: str, path: str) -> Sequence[Agreement]:
    """The agreement that is named, in each of its versions unless one is named too."""
    exact = [agreement for agreement in book.agreements if agreement.reference == which]
    if found := exact or book.versions(which):
        return found
    known = [*_ids(book), *(agreement.reference for agreement in book.agreements)]
    close = get_close_matches(which, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(_ids(book))}"
    raise InputError(f"{path} has no agreement {which!r}: {hint}")


# Open tickets ---------------------------------------------------------------------------------------------------------


def _moved(old: Book, new: Book, given: Namespace) -> tuple[Instant | None, Sequence[Moved]]:
    if given.log is None:
        return None, ()
    asked, log = inputs.as_of(given), inputs.log(given)
    if not log.records:
        raise InputError(f"{log.source}: there is no event in it that could be read")
    as_of = latest(log.records) if asked is None else asked
    return as_of, impact(log.records, old, new, as_of, lacks=log.lacks)


def _told(as_of: Instant | None, moved: Sequence[Moved]) -> Iterator[str]:
    if as_of is not None:
        head = f"Open tickets whose terms or due instants move, as of {iso(as_of)}"
        rows = [printable(f"  {it}") for it in moved]
        yield "\n".join([f"{head}: {len(moved) or 'none'}", *rows])
