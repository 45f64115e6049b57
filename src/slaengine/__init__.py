"""slaengine: an event-sourced SLA and ticket engine.

A ticket is what its immutable events say. Every figure (time used, deadline, breach, flag) is a pure function of the
events, the agreements and an instant, so that whoever replays the log gets the same answer and can ask why.

The names below are the public ones; each is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slaengine.audit.extra import batch
    from slaengine.audit.findings import ClockRow, Compliance, Findings, Waiver
    from slaengine.audit.log import Log, Rejected
    from slaengine.audit.run import audit
    from slaengine.codec.agreements import read_agreements, write_agreements
    from slaengine.codec.calendars import read_schedule, write_schedule
    from slaengine.domain import events
    from slaengine.domain.decisions import (
        Decision,
        accept,
        acknowledge,
        assign,
        attach_agreement,
        cancel,
        close,
        contact_customer,
        correct,
        customer_replied,
        decide,
        escalate,
        hold,
        keep_callback,
        merge,
        no_answer_needed,
        open_ticket,
        prioritise,
        promise_callback,
        queue,
        record,
        reopen,
        resolve,
        resume,
        set_due_date,
        waive,
    )
    from slaengine.domain.recorded import Recorded
    from slaengine.domain.situation import Situation, evolve
    from slaengine.domain.ticket import Ticket
    from slaengine.domain.timeline import Span, timeline
    from slaengine.domain.vocabulary import (
        Actor,
        Answer,
        Channel,
        Coverage,
        Escalation,
        FrozenMap,
        Party,
        Phase,
        Relation,
        ReturnReason,
        ReviewOutcome,
        Role,
        TicketType,
    )
    from slaengine.errors import (
        AgreementError,
        ConcurrencyError,
        DriftWarning,
        HorizonError,
        InputError,
        InstantError,
        LawBroken,
        MissingExtra,
        ScheduleError,
        SlaError,
        StoreError,
        UnknownEventType,
        UnlawfulEvent,
    )
    from slaengine.eventstore.desk import Desk
    from slaengine.importers.ical import read_ical
    from slaengine.importers.logs import read_log
    from slaengine.importers.xes_export import write_xes
    from slaengine.instants import (
        Duration,
        Instant,
        duration,
        hours,
        in_words,
        instant,
        iso,
        minutes,
        seconds,
        to_datetime,
    )
    from slaengine.policies.agreement import Agreement
    from slaengine.policies.book import Book, Selection
    from slaengine.policies.budget import CalendarTime, DueDate, OnWorkingDay, Within, WorkingDays
    from slaengine.policies.calendar import Calendar, always
    from slaengine.policies.metrics import (
        agent_work,
        assignment,
        callback,
        contact_cadence,
        first_response,
        next_response,
        ownership,
        periodic_update,
        requester_wait,
        resolution,
        supplier,
        target,
        total_time,
    )
    from slaengine.policies.objective import Credit, Objective
    from slaengine.policies.publication import book_of
    from slaengine.policies.rules import AnyOf, Where
    from slaengine.policies.schedule import Schedule, windows
    from slaengine.policies.target import Kind, Metric, Pin, Reopen, Retarget, Target, Terms
    from slaengine.policies.threshold import Threshold
    from slaengine.projections.case import Case
    from slaengine.projections.clocks import Clock, State, Verdict, measure
    from slaengine.projections.differences import Difference, Differences, differences
    from slaengine.projections.explain import Explanation
    from slaengine.projections.gaming.flag import Flag
    from slaengine.projections.impact import Amendment, Moved, amend, impact
    from slaengine.projections.loopholes import Loophole, LoopholeKind, Loopholes, loopholes
    from slaengine.projections.objectives import Forecast, ObjectiveReading, Outlook
    from slaengine.projections.thresholds import ThresholdReading, thresholds
    from slaengine.reports.html import html_report
    from slaengine.reports.table import findings_table

_HOMES = {
    "audit.extra": "batch",
    "audit.findings": "ClockRow Compliance Findings Waiver",
    "audit.log": "Log Rejected",
    "codec.agreements": "read_agreements write_agreements",
    "codec.calendars": "read_schedule write_schedule",
    "domain.decisions": (
        "Decision accept acknowledge assign attach_agreement cancel close contact_customer correct "
        "customer_replied decide escalate hold keep_callback merge no_answer_needed open_ticket prioritise "
        "promise_callback queue record reopen resolve resume set_due_date waive"
    ),
    "domain.recorded": "Recorded",
    "domain.situation": "Situation evolve",
    "domain.ticket": "Ticket",
    "domain.timeline": "Span timeline",
    "domain.vocabulary": (
        "Actor Answer Channel Coverage Escalation FrozenMap Party Phase Relation ReturnReason ReviewOutcome Role "
        "TicketType"
    ),
    "errors": (
        "AgreementError ConcurrencyError DriftWarning HorizonError InputError InstantError LawBroken MissingExtra "
        "ScheduleError SlaError StoreError UnknownEventType UnlawfulEvent"
    ),
    "eventstore.desk": "Desk",
    "importers.ical": "read_ical",
    "importers.logs": "read_log",
    "importers.xes_export": "write_xes",
    "instants": "Duration Instant duration hours in_words instant iso minutes seconds to_datetime",
    "policies.agreement": "Agreement",
    "policies.book": "Book Selection",
    "policies.budget": "CalendarTime DueDate OnWorkingDay Within WorkingDays",
    "policies.calendar": "Calendar always",
    "policies.metrics": (
        "agent_work assignment callback contact_cadence first_response next_response ownership periodic_update "
        "requester_wait resolution supplier target total_time"
    ),
    "policies.rules": "AnyOf Where",
    "policies.objective": "Credit Objective",
    "policies.publication": "book_of",
    "policies.threshold": "Threshold",
    "policies.schedule": "Schedule windows",
    "policies.target": "Kind Metric Pin Reopen Retarget Target Terms",
    "projections.case": "Case",
    "projections.clocks": "Clock State Verdict measure",
    "projections.differences": "Difference Differences differences",
    "projections.explain": "Explanation",
    "projections.gaming.flag": "Flag",
    "projections.impact": "Amendment Moved amend impact",
    "projections.loopholes": "Loophole LoopholeKind Loopholes loopholes",
    "projections.objectives": "Forecast ObjectiveReading Outlook",
    "projections.thresholds": "ThresholdReading thresholds",
    "reports.html": "html_report",
    "reports.table": "findings_table",
}
_MODULES = {"events": "slaengine.domain.events", "audit": "slaengine.audit"}  # the latter can be called
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Actor",
    "Agreement",
    "AgreementError",
    "Amendment",
    "Answer",
    "AnyOf",
    "Book",
    "Calendar",
    "CalendarTime",
    "Case",
    "Channel",
    "Clock",
    "ClockRow",
    "Compliance",
    "ConcurrencyError",
    "Coverage",
    "Credit",
    "Decision",
    "Desk",
    "Difference",
    "Differences",
    "DriftWarning",
    "DueDate",
    "Duration",
    "Escalation",
    "Explanation",
    "Findings",
    "Flag",
    "Forecast",
    "FrozenMap",
    "HorizonError",
    "InputError",
    "Instant",
    "InstantError",
    "Kind",
    "LawBroken",
    "Log",
    "Loophole",
    "LoopholeKind",
    "Loopholes",
    "Metric",
    "MissingExtra",
    "Moved",
    "Objective",
    "ObjectiveReading",
    "OnWorkingDay",
    "Outlook",
    "Party",
    "Phase",
    "Pin",
    "Recorded",
    "Rejected",
    "Relation",
    "Reopen",
    "Retarget",
    "ReturnReason",
    "ReviewOutcome",
    "Role",
    "Schedule",
    "ScheduleError",
    "Selection",
    "Situation",
    "SlaError",
    "Span",
    "State",
    "StoreError",
    "Target",
    "Terms",
    "Threshold",
    "ThresholdReading",
    "Ticket",
    "TicketType",
    "UnknownEventType",
    "UnlawfulEvent",
    "Verdict",
    "Waiver",
    "Where",
    "Within",
    "WorkingDays",
    "accept",
    "acknowledge",
    "agent_work",
    "always",
    "amend",
    "assign",
    "assignment",
    "attach_agreement",
    "audit",
    "batch",
    "book_of",
    "callback",
    "cancel",
    "close",
    "contact_cadence",
    "contact_customer",
    "correct",
    "customer_replied",
    "decide",
    "differences",
    "duration",
    "escalate",
    "events",
    "evolve",
    "findings_table",
    "first_response",
    "hold",
    "hours",
    "html_report",
    "impact",
    "in_words",
    "instant",
    "iso",
    "keep_callback",
    "loopholes",
    "measure",
    "merge",
    "minutes",
    "next_response",
    "no_answer_needed",
    "open_ticket",
    "ownership",
    "periodic_update",
    "prioritise",
    "promise_callback",
    "queue",
    "read_agreements",
    "read_ical",
    "read_log",
    "read_schedule",
    "record",
    "reopen",
    "requester_wait",
    "resolution",
    "resolve",
    "resume",
    "seconds",
    "set_due_date",
    "supplier",
    "target",
    "thresholds",
    "timeline",
    "to_datetime",
    "total_time",
    "waive",
    "windows",
    "write_agreements",
    "write_schedule",
    "write_xes",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name not in _HOME_OF:
        raise AttributeError(f"module 'slaengine' has no attribute {name!r}")
    return getattr(import_module(f"slaengine.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
