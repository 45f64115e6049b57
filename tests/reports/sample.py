"""A small log with one of everything that a report can show, written out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve as but

from slaengine.audit.findings import Findings, NotMeasured
from slaengine.audit.log import Log, Rejected
from slaengine.audit.run import audit
from slaengine.domain import events as e
from slaengine.domain.recorded import Recorded
from slaengine.domain.vocabulary import Actor, Coverage, FrozenMap, Party, Role
from slaengine.instants import Instant, hours, instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.calendar import always
from slaengine.policies.metrics import first_response, resolution
from slaengine.policies.objective import Credit, Objective
from slaengine.policies.rules import Where
from slaengine.policies.schedule import Schedule
from slaengine.policies.threshold import Threshold

PERSONS = ("agent-ann", "agent-bob", "lead-cid", "customer-dee")
ANN, BOB, CID, DEE = (
    Actor(PERSONS[0]),
    Actor(PERSONS[1]),
    Actor(PERSONS[2], Role.LEAD),
    Actor(PERSONS[3], Role.CUSTOMER),
)
HOSTILE = "<script>alert('x')</script>&\"\x1b[2J\u202e"
AS_OF = "2025-03-14T18:00:00+00:00"


def small() -> Findings:
    """One of everything.

    Breach, pause, reopening, both kinds of flag, objective, waivers, best effort, quarantine, a ticket without
    agreement, what cannot be measured.
    """
    log = Log(source="small.jsonl", records=records(), rejected=REJECTED)
    return settled(audit(log, under=agreement(), as_of=AS_OF))


def hostile() -> Findings:
    """A log in which every text that a host may choose is hostile."""
    log = Log(source=HOSTILE, records=_numbered(_hostile_events()), rejected=[but(REJECTED[0], value=HOSTILE)])
    return audit(log, under=agreement(), as_of=AS_OF)


def settled(findings: Findings) -> Findings:
    """The findings without what another version of the engine, of its codecs or of tzdata would change."""
    return but(
        findings,
        engine="slaengine 0",
        log_digest="a" * 64,
        agreements_digest="b" * 64,
        calendars=dict.fromkeys(findings.calendars, "c" * 64),
        not_measured=(NotMeasured(target="callback", tickets=4, missing=("CallbackPromised", "CallbackKept")),),
    )


def agreement() -> Agreement:
    office = Schedule("Europe/London", "Mon-Fri 09:00-17:00", years=(2025, 2027), name="office")
    return Agreement(
        id="acme-gold",
        version="2025-1",
        scope=FrozenMap(organisation="acme"),
        targets=[
            first_response({"P1": hours(0.5), "P2": hours(2)}, calendar=always),
            resolution(
                {"P1": hours(4), "P2": hours(8)},
                calendar=office,
                pauses=Where(waiting_on="customer"),
                thresholds=["75 %", Threshold("30 min before due", "lead"), "1 working day after due"],
            ),
        ],
        objectives=[
            Objective(target="resolution", share=0.6, credits=[Credit(0.5, 5), Credit(0.25, 10)]),
            Objective(target="first-response", share=0.75, period="week", where=Where(priority=("P1", "P2"))),
        ],
    )


def records() -> list[Recorded]:
    return _numbered(
        [*_breached(), *_handed_on(), *_churned(), *_met(), *_apart(), *_without_agreement(), *_never_opened()]
    )


REJECTED = (
    Rejected(line=17, field="type", value="ticket-sneezed", reason="'ticket-sneezed' is no kind of event"),
    Rejected(line=18, field=None, value=None, reason="no JSON at column 3"),
)

Told = tuple[str, e.TicketEvent]


def _numbered(told: Iterable[Told]) -> list[Recorded]:
    in_time = sorted(told, key=lambda pair: pair[1].occurred_at)
    return [
        Recorded(stream=ticket, position=position, event=event)
        for position, (ticket, event) in enumerate(in_time, start=1)
    ]


def _opened(at: str, priority: str, *, organisation: str = "acme", team: str = "service-desk") -> e.Opened:
    path = FrozenMap(contact=DEE.id, organisation=organisation)
    return e.Opened(occurred_at=instant(at), by=DEE, requester=path, priority=priority, team=team)


def _breached() -> Iterator[Told]:
    """Waits for the customer, is resolved just in time, comes back after a weekend and runs over."""
    for event in (
        _opened("2025-03-06T15:10+00:00", "P2"),
        e.Assigned(occurred_at=instant("2025-03-06T15:12+00:00"), by=CID, owner=ANN.id),
        e.CustomerContacted(occurred_at=instant("2025-03-06T15:25+00:00"), by=ANN, length=240),
        e.PutOnHold(occurred_at=instant("2025-03-06T16:40+00:00"), by=ANN, waiting_on=Party.CUSTOMER),
        e.CustomerReplied(occurred_at=instant("2025-03-07T10:05+00:00"), by=DEE),
        e.Resumed(occurred_at=instant("2025-03-07T10:05+00:00"), by=ANN),
        e.Escalated(occurred_at=instant("2025-03-07T11:30+00:00"), by=ANN, tier="L2", team="network", owner=BOB.id),
        e.Resolved(occurred_at=instant("2025-03-07T16:31+00:00"), by=BOB),
        e.Reopened(occurred_at=instant("2025-03-10T09:12+00:00"), by=DEE),
        e.Resolved(occurred_at=instant("2025-03-10T13:40+00:00"), by=BOB, how="fixed"),
    ):
        yield "T-1", event


def _handed_on() -> Iterator[Told]:
    for event in (
        _opened("2025-03-11T09:00+00:00", "P1"),
        e.Assigned(occurred_at=instant("2025-03-11T09:05+00:00"), by=CID, owner=ANN.id),
        e.CustomerContacted(occurred_at=instant("2025-03-11T09:40+00:00"), by=ANN, length=120),
        e.Reassigned(
            occurred_at=instant("2025-03-11T12:45+00:00"), by=ANN, owner=BOB.id, team="network", note_length=4
        ),
        e.Resolved(occurred_at=instant("2025-03-11T14:00+00:00"), by=BOB),
    ):
        yield "T-2", event


def _churned() -> Iterator[Told]:
    yield "T-3", _opened("2025-03-12T09:00+00:00", "P2")
    yield "T-3", e.Assigned(occurred_at=instant("2025-03-12T09:01+00:00"), by=CID, owner=BOB.id)
    yield "T-3", e.CustomerContacted(occurred_at=instant("2025-03-12T09:10+00:00"), by=BOB, length=90)
    for day in ("12", "13"):
        yield "T-3", e.Resolved(occurred_at=instant(f"2025-03-{day}T12:00+00:00"), by=BOB)
        yield "T-3", e.Reopened(occurred_at=instant(f"2025-03-{day}T15:00+00:00"), by=BOB)
    yield "T-3", e.Resolved(occurred_at=instant("2025-03-13T15:30+00:00"), by=BOB)


def _met() -> Iterator[Told]:
    yield "T-4", _opened("2025-03-13T10:00+00:00", "P1")
    yield "T-4", e.CustomerContacted(occurred_at=instant("2025-03-13T10:10+00:00"), by=ANN, length=90)
    yield "T-5", _opened("2025-03-14T16:00+00:00", "P2")


def _apart() -> Iterator[Told]:
    """A breach that was waived, a waiver of nothing, and a ticket that nobody was entitled to."""
    yield "T-8", _opened("2025-03-12T09:00+00:00", "P1")
    yield "T-8", e.CustomerContacted(occurred_at=instant("2025-03-12T09:20+00:00"), by=ANN, length=60)
    yield "T-8", e.Resolved(occurred_at=instant("2025-03-12T14:10+00:00"), by=ANN)
    yield (
        "T-8",
        e.Waived(
            occurred_at=instant("2025-03-13T11:00+00:00"),
            by=CID,
            target="resolution",
            reason="agreed with the customer",
        ),
    )
    yield "T-8", e.Waived(occurred_at=instant("2025-03-13T11:05+00:00"), by=CID, target="repair", reason="mistaken")
    yield "T-9", but(_opened("2025-03-06T09:00+00:00", "P2"), coverage=Coverage.BEST_EFFORT)
    yield "T-9", e.CustomerContacted(occurred_at=instant("2025-03-06T10:00+00:00"), by=ANN, length=60)


def _without_agreement() -> Iterator[Told]:
    yield "T-6", _opened("2025-03-13T10:00+00:00", "P1", organisation="nobody")


def _never_opened() -> Iterator[Told]:
    yield "T-7", e.Resolved(occurred_at=instant("2025-03-13T11:00+00:00"), by=ANN)


def _hostile_events() -> Iterator[Told]:
    def at(hour: int) -> Instant:
        return instant(f"2025-03-12T{hour:02}:00+00:00")

    opened = _opened("2025-03-12T09:00+00:00", "P1", team=HOSTILE)
    for event in (
        but(opened, category=HOSTILE, status=HOSTILE),
        e.Assigned(occurred_at=at(10), by=but(ANN, id=HOSTILE), owner=HOSTILE, team=HOSTILE),
        e.Prioritised(occurred_at=at(11), priority="P2"),
        e.PutOnHold(occurred_at=at(12), status=HOSTILE),
        e.Linked(occurred_at=at(13), to=HOSTILE),
        e.Resumed(occurred_at=at(14), by=ANN, status=HOSTILE),
        e.Reassigned(occurred_at=at(15), owner=HOSTILE, team=HOSTILE, reason=HOSTILE),
        e.Waived(occurred_at=at(16), target="resolution", reason=HOSTILE),
        e.Waived(occurred_at=at(16), target=HOSTILE, reason=HOSTILE),
    ):
        yield HOSTILE, event
