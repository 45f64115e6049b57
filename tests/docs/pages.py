"""The pages that are made of the code. `python -m tests.docs.pages` writes them anew; a test says when that is due."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum, StrEnum
from types import ModuleType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, Attribute, fields, has

import slaengine as sla
from slaengine import errors
from slaengine.audit.run import audit
from slaengine.codec.events import NAMES
from slaengine.domain import vocabulary
from slaengine.domain.events import TICKET_EVENTS
from slaengine.domain.vocabulary import Actor, FrozenMap
from slaengine.instants import Instant
from slaengine.reports.month import month
from slaengine.reports.month_svg import month_svg
from tests.conftest import ROOT
from tests.mutants.page import mutants_page

REFERENCE = ROOT / "docs" / "reference"

# Events ---------------------------------------------------------------------------------------------------------------

EVENTS = """# Canonical JSON Lines and events

The engine's own format of a log: one record a line, UTF-8, in files called `.jsonl` (also `.jsonl.gz`, `.jsonl.xz`).

```jsonl
{"stream":"T-1","type":"opened","occurred_at":"2025-04-17T09:00:00+02:00","data":{"priority":"P1"}}
{"stream":"T-1","type":"resolved","occurred_at":"2025-04-17T10:20:00+02:00","data":{"by":{"id":"ana"},"how":"fixed"}}
```

Lines like these can be written by hand. A line has

| key | holds | if left out |
|---|---|---|
| `stream` | the ticket's id, or the name of a stream of the desk | required |
| `type` | the name of the event, as below | required |
| `occurred_at` | an instant: ISO 8601 with an offset | required |
| `data` | the fields of the event; without what is unknown | no fields |
| `position` | its number in the log | the number of the line |
| `version` | its number in the stream, from 1 | it is counted |
| `id` | unique in the log | `stream/position` |
| `recorded_at` | when it was written down | `occurred_at` |
| `correlation`, `causation` | ids of the request and of the record that led to it | none |
| `tenant` | whose log it is, where several share a store | none |

Unknown types, keys and fields are refused, never skipped. When the engine writes lines, it writes instants in UTC,
leaves out whatever is as expected, and gives the same bytes for the same record; the digest of a log is the SHA-256
of those lines. [`events.schema.json`](events.schema.json) is the JSON Schema of a line, for editors and other
programs.

In Python the classes stand in `slaengine.events`, by the names of the second column: `sla.events.Opened(...)`.
Instants are integers there (`sla.instant("...")`).

Every event has `occurred_at` and may have `by`, the actor: an `id`, a `role` (`agent` if left out) and the `team`
held then. The fields below stand beside those. Fields in **bold** are required. *Default* is what a field holds that is
left out; of any other, nothing is known then. `note_length` and `length` count characters: texts themselves are not
kept. What each event changes, and which defaults matter: [what an event changes](situation.md).
"""

OF_THE_DESK = """They stand in streams of their own. From those of agreements and calendars a book follows:
[agreements in a log](agreements.md#agreements-in-a-log). An audit does not read the others yet.
"""


def events_page() -> str:
    """Every type of event with its fields, the types of the fields, and the words that they may hold."""
    ticket = {name: cls for name, cls in NAMES.items() if cls in TICKET_EVENTS}
    desk = {name: cls for name, cls in NAMES.items() if name not in ticket}
    return "\n".join(
        [
            EVENTS,
            "## Events of a ticket\n",
            *_table(("type", "class", "says", "fields", "default"), map(_event, ticket.items())),
            "\n## Events of the desk\n",
            OF_THE_DESK,
            *_table(("type", "class", "says", "fields", "default"), map(_event, desk.items())),
            "\n## Fields\n",
            *_table(("field", "holds"), _fields()),
            "\n## Words\n",
            *_table(("kind", "words"), _words()),
            "",
        ]
    )


def _event(named: tuple[str, type]) -> Sequence[str]:
    name, cls = named
    said = first_paragraph(cls) or f"{name.replace('-', ' ').capitalize()}."
    held = [a for a in fields(cls) if a.name not in ("occurred_at", "by")]
    shown = [f"**`{a.name}`**" if a.default is NOTHING else f"`{a.name}`" for a in held]
    return f"`{name}`", f"`{cls.__name__}`", said, ", ".join(shown), ", ".join(_defaults(held))


def _defaults(held: Iterable[Attribute[Any]]) -> Iterator[str]:
    """What a field that is left out holds, where that is anything."""
    for attribute in held:
        default = attribute.default
        if default is not NOTHING and default is not None and default not in ((), FrozenMap()):
            yield f"`{attribute.name}` {json.dumps(default)}"


def _fields() -> Iterator[Sequence[str]]:
    """Each name of a field with the types that it has."""
    held: dict[str, dict[str, None]] = {}
    for cls in (*NAMES.values(), Actor):
        hints = get_type_hints(cls, include_extras=True)
        for attribute in fields(cls):
            held.setdefault(attribute.name, {})[type_in_words(hints[attribute.name])] = None
    return ((f"`{name}`", " or ".join(held[name])) for name in sorted(held))


def type_in_words(hint: Any) -> str:
    """What a field of this type may hold; that it may be left out is said elsewhere."""
    if hint == Instant:
        return "instant"
    if get_origin(hint) in (UnionType, Union):
        members = [member for member in get_args(hint) if member is not NoneType]
        return type_in_words(members[0]) if len(members) == 1 else "an event of a ticket"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f"[{hint.__name__}](#words)"
    return _TYPES.get(hint, "an agreement or a calendar")


_TYPES: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    Actor: "actor: `id`, `role`, `team`",
    FrozenMap: "object of text by text",
    tuple[str, ...]: "list of text",
}


def _words() -> Iterator[Sequence[str]]:
    for name, kind in vars(vocabulary).items():
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum:
            yield f"`{name}`", ", ".join(f"`{word}`" for word in kind)


# Names ----------------------------------------------------------------------------------------------------------------

NAMES_INTRO = """# Python names

`import slaengine as sla` gives these names and no others. Each is imported when it is first used, so the import
itself is quick. Docstrings say more: `help(sla.audit)`.

Where an instant is asked for (`as_of`, `known_at`, `at`), an aware datetime, ISO 8601 text with an offset, or an
`Instant` will do.
"""

GROUPS: Mapping[str, str] = {
    "Read and audit": (
        "read_log read_agreements write_agreements audit Findings ClockRow Compliance ObjectiveReading Forecast "
        "Outlook Waiver Log Rejected findings_table html_report write_xes"
    ),
    "One ticket": "Case Clock State Verdict Explanation thresholds ThresholdReading Flag measure",
    "What was promised": (
        "Agreement Book book_of Selection Objective Credit Target Metric Terms Kind Reopen Retarget Pin"
    ),
    "Before and after": (
        "loopholes Loopholes Loophole LoopholeKind differences Differences Difference impact Moved amend Amendment"
    ),
    "Ready targets": (
        "target first_response next_response resolution periodic_update contact_cadence agent_work requester_wait "
        "total_time assignment ownership callback supplier"
    ),
    "Rules, budgets, thresholds": "Where AnyOf Within CalendarTime WorkingDays OnWorkingDay DueDate Threshold",
    "Calendars": "Schedule windows Calendar always batch read_ical read_schedule write_schedule",
    "Instants and durations": "Instant Duration instant iso to_datetime duration in_words hours minutes seconds",
    "What happened": "events Recorded Situation evolve Span timeline Ticket FrozenMap",
    "Decisions": (
        "Decision decide record open_ticket acknowledge assign queue escalate accept prioritise contact_customer "
        "customer_replied no_answer_needed promise_callback keep_callback set_due_date hold resume resolve reopen "
        "close cancel merge attach_agreement waive correct"
    ),
    "Keep tickets": "Desk",
    "Words": (
        "Actor Role TicketType Channel Phase Party Answer Coverage Escalation Relation ReturnReason ReviewOutcome"
    ),
    "Errors": (
        "SlaError InstantError ScheduleError HorizonError AgreementError UnlawfulEvent InputError UnknownEventType "
        "StoreError ConcurrencyError MissingExtra LawBroken DriftWarning"
    ),
}

WORDS: Mapping[str, str] = {
    "Instant": "Whole microseconds since 1970-01-01T00:00Z.",
    "Duration": "Whole microseconds.",
    "always": "The calendar that is open at every moment, in every zone.",
    "events": "The module with all classes of events, of a ticket and of the desk: see [events](events.md).",
    "Decision": "A function `(ticket or None, instant) -> events`, as `decide` and `Desk.do` carry it out.",
    "TicketType": "What a ticket is.",
    "Channel": "How somebody was reached.",
    "ReturnReason": "Why a ticket was sent back.",
    "ReviewOutcome": "A reviewer's answer to a flag.",
}
"""What is said of names that cannot say it themselves, or do not."""


def names_page() -> str:
    """Every public name with what it is, and what can be asked of it."""
    return "\n".join([NAMES_INTRO, *(line for group in GROUPS.items() for line in _group(*group))])


def _group(title: str, names: str) -> Iterator[str]:
    yield f"## {title}\n"
    yield from _table(("name", "what it is"), ((f"`{_called(name)}`", _said(name)) for name in names.split()))
    yield ""
    for name in names.split():
        if members := list(_members(getattr(sla, name))):
            yield f"### {name}\n"
            yield from _table(("member", "what it is"), members)
            yield ""


def _called(name: str) -> str:
    found = audit if name == "audit" else getattr(sla, name)
    return f"{name}{_signature(found)}" if inspect.isfunction(found) else name


def _signature(function: Callable[..., Any]) -> str:
    """Names and defaults, without types."""
    signature = inspect.signature(function)
    kept = [
        parameter.replace(annotation=inspect.Parameter.empty, default=_default(parameter.default))
        for parameter in signature.parameters.values()
        if parameter.name != "self"
    ]
    return str(signature.replace(parameters=kept, return_annotation=inspect.Signature.empty))


class _Shown:
    """A default as it is shown."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _default(value: Any) -> Any:
    """Plain values in full, others in short."""
    if value is inspect.Parameter.empty:
        return value
    plain = value is None or isinstance(value, str | bool) or (isinstance(value, int) and value < 1000)
    return _Shown(repr(str(value)) if isinstance(value, str) else repr(value)) if plain else _Shown("...")


def _said(name: str) -> str:
    found = audit if name == "audit" else getattr(sla, name)
    said = WORDS.get(name) or first_paragraph(found)
    if isinstance(found, type) and issubclass(found, StrEnum):
        return f"{said} {', '.join(f'`{word}`' for word in found)}"
    return said


def first_paragraph(thing: Any) -> str:
    """What the docstring of a class or function says first, on one line; nothing if it has none."""
    written = thing.__doc__ if isinstance(thing, ModuleType) or inspect.isroutine(thing) else _own(thing)
    paragraph = inspect.cleandoc(written or "").partition("\n\n")[0]
    return " ".join(paragraph.split()).replace("|", "\\|")


def _own(thing: Any) -> str | None:
    """The docstring of a class or property itself, not of what it inherits from."""
    if isinstance(thing, property):
        return thing.__doc__
    found: str | None = vars(thing).get("__doc__") if isinstance(thing, type) else None
    return found


def _members(thing: Any) -> Iterator[Sequence[str]]:
    """The public fields, properties and methods of a class that is neither a word nor an error."""
    if not isinstance(thing, type) or issubclass(thing, Enum | Exception):
        return
    if held := [f"`{a.name}`" for a in fields(thing) if not a.name.startswith("_")] if has(thing) else []:
        yield ", ".join(held), "fields"
    for name, member in vars(thing).items():
        if not name.startswith("_") and inspect.isfunction(member):
            yield f"`{name}{_signature(member)}`", first_paragraph(member)
        if not name.startswith("_") and isinstance(member, property):
            yield f"`{name}`", first_paragraph(member) or f"`{inspect.signature(member.fget).return_annotation}`"  # type: ignore[arg-type]


# Errors ---------------------------------------------------------------------------------------------------------------

ERRORS = """# Errors

All that slaengine raises is one tree; `except sla.SlaError` catches it. Every message says what is wrong, where, and
what to do. The command prints it as `slaengine: ...`, without a traceback, and exits with 2.

```text
{tree}
```
"""


def errors_page() -> str:
    """The tree, as it is drawn in the module, and each error in words."""
    drawn = (errors.__doc__ or "").partition("::\n\n")[2].partition("\n\n")[0]
    kinds = ((f"`{name}`", first_paragraph(getattr(sla, name))) for name in GROUPS["Errors"].split())
    return "\n".join([ERRORS.format(tree=inspect.cleandoc(drawn)), *_table(("error", "what it is"), kinds), ""])


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


# Pictures -------------------------------------------------------------------------------------------------------------


def clocks_picture() -> str:
    """A night shift in the month in which summer time begins."""
    night = sla.Schedule("Europe/Berlin", "Mon-Sun 22:00-06:00+1", years=(2025, 2026), name="night")
    return _month(night, 3)


def holidays_picture() -> str:
    """An office in a month of holidays, with hours of its own for some dates."""
    office = sla.Schedule(
        "Europe/Berlin",
        "Mon-Thu 09:00-12:30 13:30-17:30; Fri 09:00-14:00",
        holidays=["DE-BY", "2025-05-30"],
        special_hours={"2025-05-14": "09:00-12:00", "2025-05-17": "10:00-14:00"},
        breaks={"2025-05-20": "10:00-11:00"},
        years=(2025, 2026),
        name="office",
    )
    return _month(office, 5)


def _month(schedule: sla.Schedule, number: int) -> str:
    drawn = month(schedule.calendar, 2025, number, schedules=[schedule])
    return f"{month_svg(drawn, alone=True).text}\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "events.md": events_page,
    "python.md": names_page,
    "errors.md": errors_page,
    "../explanation/mutants.md": mutants_page,
    "../images/month-clocks.svg": clocks_picture,
    "../images/month-holidays.svg": holidays_picture,
}

if __name__ == "__main__":
    for page, made in PAGES.items():
        (REFERENCE / page).write_text(made(), encoding="utf-8")
