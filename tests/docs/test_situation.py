"""The page on what an event changes says of every kind of event what `evolve` does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

import pytest
from attrs import NOTHING, Attribute, fields

from slaengine.codec.events import NAMES
from slaengine.domain import events as e
from slaengine.domain.situation import Situation, evolve
from slaengine.domain.vocabulary import (
    Actor,
    Answer,
    Coverage,
    Escalation,
    FrozenMap,
    Party,
    Phase,
    ReturnReason,
    ReviewOutcome,
    Role,
    TicketType,
)
from slaengine.errors import UnlawfulEvent
from slaengine.instants import duration
from slaengine.projections.gaming.parameters import Near
from tests.docs.pages import REFERENCE
from tests.docs.test_pages import DOCS

READ: Mapping[str, Sequence[Any]] = {
    "automatic": (False, True),
    "by": (None, *(Actor("x", role) for role in Role)),
    "category": (None, "disk"),
    "coverage": (Coverage.COVERED, Coverage.BEST_EFFORT),
    "kind": tuple(Escalation),
    "labels": (FrozenMap(), FrozenMap(site="b")),
    "owner": (None, "ana"),
    "phase": (None, *Phase),
    "public": (True, False),
    "removed": ((), ("site",)),
    "target": (None, "resolution"),
    "team": (None, "network"),
    "tier": (None, "L2"),
    "type": (None, TicketType.REQUEST),
    "version": (None, "2"),
    "waiting_on": (None, *Party),
}
"""Values of the fields that `evolve` reads and an event may leave out."""

REQUIRED: Mapping[str, Any] = {
    "agreement": "gold",
    "article": "kb-1",
    "callback_at": 9,
    "corrects": "none",
    "due": 9,
    "flag": "f",
    "into": "T-2",
    "occurred_at": 0,
    "outcome": ReviewOutcome.UPHELD,
    "owner": "ana",
    "priority": "P1",
    "reason": ReturnReason.NOT_OURS,
    "score": 5,
    "status": "parked",
    "target": "resolution",
    "team": "network",
    "to": "T-2",
}

ROWS = re.compile(r"^\| `([\w-]+)` \|([^|]*)\|", re.MULTILINE)


def _page() -> str:
    return (REFERENCE / "situation.md").read_text(encoding="utf-8")


def _section(heading: str) -> str:
    return _page().partition(f"{heading}\n")[2].partition("\n#")[0]


def _said() -> Mapping[str, set[str]]:
    return {name: set(re.findall(r"`(\w+)`", cell)) for name, cell in ROWS.findall(_section("## The table"))}


def test_the_table_names_every_event_but_the_opening_once_in_the_order_of_the_code() -> None:
    names = [name for name, _ in ROWS.findall(_section("## The table"))]
    assert names == [name for name, kind in NAMES.items() if kind in e.TICKET_EVENTS and kind is not e.Opened]


@pytest.mark.parametrize("name", _said())
def test_an_event_changes_the_facts_that_the_table_names_and_no_other(name: str) -> None:
    assert _changed(NAMES[name]) == _said()[name]


def test_the_facts_at_the_opening_are_all_that_there_are() -> None:
    first = re.findall(r"^\| (.+?) \|", _section("## The facts"), re.MULTILINE)
    told = [name for cell in first for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(told) == sorted(attribute.name for attribute in fields(Situation))


def test_the_opening_has_the_defaults_that_the_page_says() -> None:
    bare = evolve(None, e.Opened(occurred_at=0))
    assert bare == Situation(asking=True)
    assert (bare.status, bare.phase, bare.coverage, bare.answered) == ("new", "new", "covered", "none")
    assert evolve(None, e.Opened(occurred_at=0, waiting_on=Party.DESK)).waiting_on is None
    assert evolve(None, e.Opened(occurred_at=0, phase=Phase.WAITING, waiting_on=Party.DESK)).waiting_on == "desk"


def test_outside_the_phase_waiting_a_ticket_waits_on_nobody() -> None:
    assert {was.phase for was in _situations() if was.waiting_on} == {Phase.WAITING}


@pytest.mark.parametrize("phase", Phase)
def test_whoever_accepts_or_is_assigned_opens_what_the_table_says(phase: Phase) -> None:
    for was in (it for it in _situations() if it.phase is phase):
        accepted = evolve(was, e.Accepted(occurred_at=0))
        assigned = evolve(was, e.Assigned(occurred_at=0, owner="ana"))
        stays = phase in (Phase.OPEN, Phase.WAITING)
        assert accepted.phase == (phase if stays else Phase.OPEN)
        assert assigned.phase == (Phase.OPEN if phase is Phase.NEW else phase)
        assert accepted.waiting_on == assigned.waiting_on == was.waiting_on


def test_with_nothing_said_a_message_is_a_public_answer_by_a_human() -> None:
    for was in _situations():
        assert evolve(was, e.CustomerContacted(occurred_at=0)).responded


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("automatic", [False, True])
def test_who_answers(role: Role | None, automatic: bool) -> None:
    by = Actor("x", role) if role else None
    human = role in (None, Role.AGENT, Role.LEAD) and not automatic
    for was in _situations():
        public = evolve(was, e.CustomerContacted(occurred_at=0, by=by, automatic=automatic))
        assert public.answered == (Answer.HUMAN if human or was.responded else Answer.AUTOMATIC)
        assert public.asking == (was.asking and not human)
        note = evolve(was, e.CustomerContacted(occurred_at=0, by=by, automatic=automatic, public=False))
        assert note.answered == (Answer.INTERNAL if was.answered is Answer.NONE else was.answered)
        assert note.asking == was.asking


def test_the_table_of_status_changed() -> None:
    for was in _situations():
        for phase, party in product((None, *Phase), (None, *Party)):
            now = evolve(was, e.StatusChanged(occurred_at=0, status="parked", phase=phase, waiting_on=party))
            assert now.status == "parked"
            assert now.phase == (phase or was.phase)
            if phase is None:
                assert now.waiting_on == (party or was.waiting_on if was.phase is Phase.WAITING else was.waiting_on)
            else:
                assert now.waiting_on == (party if phase is Phase.WAITING else None)
            over = phase is not None and phase.is_over
            assert now.asking == (was.asking and not over)
            assert now.confirmed == (was.confirmed and (phase is None or over))


def test_the_defaults_of_status_stand_in_the_table() -> None:
    for name, kind in NAMES.items():
        held = {attribute.name: attribute.default for attribute in fields(kind)}
        if kind in e.TICKET_EVENTS and isinstance(held.get("status"), str):
            row = next((line for line in _page().splitlines() if line.startswith(f"| `{name}` |")), "")
            assert name in ("opened", "reopened") or f'"{held["status"]}"' in row


def test_the_windows_that_the_page_on_flags_gives() -> None:
    page = (DOCS / "explanation" / "flags.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d[^|]*) \| (\d[^|]*) \|", page, re.MULTILINE)
    assert len(rows) == 5
    for limit, window in rows:
        assert Near().window(duration(limit)) == duration(window)


def _changed(kind: type[Any]) -> set[str]:
    """The facts that events of a kind change in some situation that a ticket can be in."""
    found: set[str] = set()
    for was, event in product(_situations(), _events(kind)):
        try:
            now = evolve(was, event)
        except UnlawfulEvent:
            assert kind is e.Corrected
            continue
        found |= {it.name for it in fields(Situation) if getattr(was, it.name) != getattr(now, it.name)}
    return found


@cache
def _situations() -> tuple[Situation, ...]:
    """What a ticket can come to within three events of its opening."""
    reached = dict.fromkeys(evolve(None, event) for event in _OPENINGS)
    new = list(reached)
    for _ in range(3):
        new = [now for now in dict.fromkeys(_after(new)) if now not in reached]
        reached.update(dict.fromkeys(new))
    return tuple(reached)


def _after(situations: Iterable[Situation]) -> Iterator[Situation]:
    return (evolve(was, event) for was, event in product(situations, _STEPS))


_OPENINGS = (
    e.Opened(occurred_at=0),
    e.Opened(occurred_at=0, asks=False, owner="bob", team="desk", tier="L1", labels=FrozenMap(site="a")),
    e.Opened(occurred_at=0, phase=Phase.WAITING, waiting_on=Party.SUPPLIER),
)
_STEPS: tuple[e.TicketEvent, ...] = (
    e.Accepted(occurred_at=0),
    e.CustomerContacted(occurred_at=0, public=False),
    e.CustomerContacted(occurred_at=0, automatic=True),
    e.CustomerContacted(occurred_at=0),
    e.CustomerReplied(occurred_at=0),
    e.CallbackPromised(occurred_at=0, callback_at=9),
    e.ConfirmedByCustomer(occurred_at=0),
    e.PutOnHold(occurred_at=0),
    e.Resumed(occurred_at=0),
    e.Resolved(occurred_at=0),
    e.Closed(occurred_at=0),
    e.Cancelled(occurred_at=0),
)


def _events(kind: type[Any]) -> Iterator[Any]:
    """An event of the kind for every choice of what `evolve` reads."""
    choices = {it.name: values for it in fields(kind) if (values := _values(it))}
    for chosen in product(*choices.values()):
        yield kind(**dict(zip(choices, chosen, strict=True)))


def _values(attribute: Attribute[Any]) -> Sequence[Any]:
    if attribute.default is NOTHING:
        return (REQUIRED[attribute.name],)
    given = READ.get(attribute.name, ())
    return given if attribute.default is None else [value for value in given if value is not None]
