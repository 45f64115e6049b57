"""What happened to a ticket: frozen facts in the past tense.

Every event says when it occurred and, where it is known, who did it (`by`). Events hold ids, lengths and digests, never
names or text: the host's directory maps ids to people, and erasing that entry erases the person. `None` means that the
log does not say. What a rule needs at that time (the role held, the customer's tier, the contract) is copied into the
event, never joined from a table at replay. `evolve` in `situation.py` is the only place where an event gains meaning.

Lengths are counted in characters, `occurred_at` and other instants in microseconds since 1970-01-01T00:00Z.
"""

from __future__ import annotations

from typing import TypeAlias, get_args

from attrs import frozen

from slaengine.domain.desk import AbsenceRecorded as AbsenceRecorded
from slaengine.domain.desk import AgreementAmended as AgreementAmended
from slaengine.domain.desk import AgreementPublished as AgreementPublished
from slaengine.domain.desk import AgreementRetired as AgreementRetired
from slaengine.domain.desk import CalendarAmended as CalendarAmended
from slaengine.domain.desk import CalendarPublished as CalendarPublished
from slaengine.domain.desk import CalendarRetired as CalendarRetired
from slaengine.domain.desk import DeliverableDelivered as DeliverableDelivered
from slaengine.domain.desk import DeliverableOpened as DeliverableOpened
from slaengine.domain.desk import DeliverablePromised as DeliverablePromised
from slaengine.domain.desk import ServiceIntroduced as ServiceIntroduced
from slaengine.domain.desk import ServiceWithdrawn as ServiceWithdrawn
from slaengine.domain.desk import ShiftScheduled as ShiftScheduled
from slaengine.domain.desk import SkillsRecorded as SkillsRecorded
from slaengine.domain.vocabulary import (
    Actor,
    Channel,
    Coverage,
    Escalation,
    FrozenMap,
    Party,
    Phase,
    Relation,
    ReturnReason,
    ReviewOutcome,
    TicketType,
)
from slaengine.instants import Instant

# Beginning ------------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Opened:
    """A ticket began. `requester` is a path of levels (contact, department, organisation or the host's own names)."""

    occurred_at: Instant
    by: Actor | None = None
    type: TicketType | None = None
    channel: Channel | None = None
    requester: FrozenMap = FrozenMap()
    category: str | None = None
    service: str | None = None
    product: str | None = None
    asset: str | None = None
    account: str | None = None
    impact: str | None = None
    urgency: str | None = None
    priority: str | None = None
    status: str = "new"
    phase: Phase = Phase.NEW
    waiting_on: Party | None = None
    team: str | None = None
    tier: str | None = None
    area: str | None = None
    owner: str | None = None
    agreement: str | None = None
    agreement_version: str | None = None
    customer_tier: str | None = None
    coverage: Coverage = Coverage.COVERED
    labels: FrozenMap = FrozenMap()
    reference: str | None = None
    relation: Relation | None = None
    attachments: tuple[str, ...] = ()
    length: int | None = None
    asks: bool = True
    """Whether the opening is itself a customer's message that awaits an answer."""


@frozen(kw_only=True)
class Acknowledged:
    """The desk said that it has the ticket."""

    occurred_at: Instant
    by: Actor | None = None


# What it is -----------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Classified:
    """The ticket is about something else than was thought. What is None stays as it was."""

    occurred_at: Instant
    by: Actor | None = None
    type: TicketType | None = None
    category: str | None = None
    service: str | None = None
    product: str | None = None
    asset: str | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class Prioritised:
    """The ticket has this priority from now on."""

    occurred_at: Instant
    by: Actor | None = None
    priority: str
    impact: str | None = None
    urgency: str | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class Labelled:
    """Facts of the host's own were set or removed; the other labels stay."""

    occurred_at: Instant
    by: Actor | None = None
    labels: FrozenMap = FrozenMap()
    removed: tuple[str, ...] = ()


# Who has it -----------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Queued:
    """The ticket lies in a team's queue, owned by nobody."""

    occurred_at: Instant
    by: Actor | None = None
    team: str
    tier: str | None = None
    area: str | None = None
    from_team: str | None = None
    from_owner: str | None = None
    reason: str | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class Assigned:
    """Somebody who had no part in it before owns the ticket now."""

    occurred_at: Instant
    by: Actor | None = None
    owner: str
    team: str | None = None
    tier: str | None = None
    area: str | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class Unassigned:
    """The owner gave the ticket up; it stays with the team."""

    occurred_at: Instant
    by: Actor | None = None
    from_owner: str | None = None
    reason: str | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class Accepted:
    """The owner took the work on."""

    occurred_at: Instant
    by: Actor | None = None
    owner: str | None = None


@frozen(kw_only=True)
class Returned:
    """Sent back to whence it came: not ours, or not complete."""

    occurred_at: Instant
    by: Actor | None = None
    reason: ReturnReason
    team: str | None = None
    owner: str | None = None
    from_team: str | None = None
    from_owner: str | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class Reassigned:
    """The ticket went from one owner or team to another of the same rank.

    `reason`: the host's own word; detectors know shift, absence, help, leave and area.
    """

    occurred_at: Instant
    by: Actor | None = None
    owner: str | None = None
    team: str | None = None
    tier: str | None = None
    area: str | None = None
    from_owner: str | None = None
    from_team: str | None = None
    reason: str | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class Escalated:
    """The ticket went to who knows more (functional: tier and technology area) or decides more (hierarchical)."""

    occurred_at: Instant
    by: Actor | None = None
    kind: Escalation = Escalation.FUNCTIONAL
    tier: str | None = None
    area: str | None = None
    team: str | None = None
    owner: str | None = None
    from_owner: str | None = None
    from_team: str | None = None
    reason: str | None = None
    note_length: int | None = None


# Work and words -------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Worked:
    """Work was written down: so many minutes, a note of such a length."""

    occurred_at: Instant
    by: Actor | None = None
    minutes: int | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class CustomerContacted:
    """The desk wrote or spoke: to the customer (`public`) or to itself, by hand or by itself (`automatic`)."""

    occurred_at: Instant
    by: Actor | None = None
    public: bool = True
    automatic: bool = False
    channel: Channel | None = None
    length: int | None = None
    template: str | None = None
    reference: str | None = None


@frozen(kw_only=True)
class CustomerReplied:
    """The customer wrote or spoke, and awaits an answer."""

    occurred_at: Instant
    by: Actor | None = None
    channel: Channel | None = None
    length: int | None = None


@frozen(kw_only=True)
class NoAnswerNeeded:
    """Somebody judged that the customer's open message needs no answer, and said why."""

    occurred_at: Instant
    by: Actor | None = None
    reason: str


@frozen(kw_only=True)
class CallbackPromised:
    """The customer was promised a call by this instant."""

    occurred_at: Instant
    by: Actor | None = None
    callback_at: Instant
    channel: Channel | None = None


@frozen(kw_only=True)
class CallbackKept:
    """The customer was called as promised."""

    occurred_at: Instant
    by: Actor | None = None


# Status ---------------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class StatusChanged:
    """The status has another name of the host's own. Its phase changes only where one is given."""

    occurred_at: Instant
    by: Actor | None = None
    status: str
    phase: Phase | None = None
    waiting_on: Party | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class PutOnHold:
    """The ticket waits for somebody, perhaps until an instant. `status`: the host's own name for it."""

    occurred_at: Instant
    by: Actor | None = None
    waiting_on: Party = Party.CUSTOMER
    status: str = "waiting"
    reference: str | None = None
    until: Instant | None = None
    note_length: int | None = None


@frozen(kw_only=True)
class Resumed:
    """Work goes on with a ticket that waited, or was over."""

    occurred_at: Instant
    by: Actor | None = None
    status: str = "open"


@frozen(kw_only=True)
class DueDateSet:
    """A due date was set by hand, for one target or for all that promise a date."""

    occurred_at: Instant
    by: Actor | None = None
    due: Instant
    target: str | None = None
    reason: str | None = None


# Other tickets --------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Linked:
    """The ticket stands in a relation to another."""

    occurred_at: Instant
    by: Actor | None = None
    to: str
    relation: Relation = Relation.RELATED


@frozen(kw_only=True)
class Split:
    """Parts of this ticket went on as others."""

    occurred_at: Instant
    by: Actor | None = None
    into: tuple[str, ...]
    reason: str | None = None


@frozen(kw_only=True)
class Merged:
    """This ticket ended in another; what follows happens there."""

    occurred_at: Instant
    by: Actor | None = None
    into: str
    reason: str | None = None


# Solution -------------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class KnowledgeUsed:
    """An article of the knowledge base helped."""

    occurred_at: Instant
    by: Actor | None = None
    article: str


@frozen(kw_only=True)
class WorkaroundGiven:
    """The customer can work again, though the cause is not gone."""

    occurred_at: Instant
    by: Actor | None = None
    length: int | None = None
    reference: str | None = None


@frozen(kw_only=True)
class SolutionProposed:
    """The customer was offered a solution and may say whether it works."""

    occurred_at: Instant
    by: Actor | None = None
    length: int | None = None
    reference: str | None = None


@frozen(kw_only=True)
class Resolved:
    """The desk holds the ticket solved. `how`: the host's own resolution code."""

    occurred_at: Instant
    by: Actor | None = None
    how: str | None = None
    status: str = "resolved"
    length: int | None = None
    template: str | None = None
    problem: str | None = None


@frozen(kw_only=True)
class ConfirmedByCustomer:
    """The customer said that it is solved."""

    occurred_at: Instant
    by: Actor | None = None
    channel: Channel | None = None


@frozen(kw_only=True)
class Reopened:
    """What was over begins again: by the customer, by staff or by automation."""

    occurred_at: Instant
    by: Actor | None = None
    status: str = "open"
    reason: str | None = None
    length: int | None = None


@frozen(kw_only=True)
class Closed:
    """The ticket is over for the desk."""

    occurred_at: Instant
    by: Actor | None = None
    status: str = "closed"
    reason: str | None = None


@frozen(kw_only=True)
class Cancelled:
    """Nothing is asked any more."""

    occurred_at: Instant
    by: Actor | None = None
    status: str = "cancelled"
    reason: str | None = None


@frozen(kw_only=True)
class Rated:
    """The customer's satisfaction: `score` of at most `scale`."""

    occurred_at: Instant
    by: Actor | None = None
    score: int
    scale: int = 5


# About the record -----------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class AgreementAttached:
    """From here on the ticket stands under this agreement; `replaces` names the one before."""

    occurred_at: Instant
    by: Actor | None = None
    agreement: str
    version: str | None = None
    coverage: Coverage = Coverage.COVERED
    replaces: str | None = None
    reason: str | None = None


@frozen(kw_only=True)
class Corrected:
    """An earlier event (`corrects`: its id) did not happen so. What did stands in its place; None: nothing did."""

    occurred_at: Instant
    by: Actor | None = None
    corrects: str
    event: TicketEvent | None = None
    reason: str


@frozen(kw_only=True)
class Waived:
    """The customer, or whoever may, gave up one promise: a target in one cycle."""

    occurred_at: Instant
    by: Actor | None = None
    target: str
    cycle: int = 1
    reason: str


@frozen(kw_only=True)
class FlagReviewed:
    """A reviewer's answer to a flag."""

    occurred_at: Instant
    by: Actor | None = None
    flag: str
    outcome: ReviewOutcome
    reason: str


TicketEvent: TypeAlias = (
    Opened
    | Acknowledged
    | Classified
    | Prioritised
    | Labelled
    | Queued
    | Assigned
    | Unassigned
    | Accepted
    | Returned
    | Reassigned
    | Escalated
    | Worked
    | CustomerContacted
    | CustomerReplied
    | NoAnswerNeeded
    | CallbackPromised
    | CallbackKept
    | StatusChanged
    | PutOnHold
    | Resumed
    | DueDateSet
    | Linked
    | Split
    | Merged
    | KnowledgeUsed
    | WorkaroundGiven
    | SolutionProposed
    | Resolved
    | ConfirmedByCustomer
    | Reopened
    | Closed
    | Cancelled
    | Rated
    | AgreementAttached
    | Corrected
    | Waived
    | FlagReviewed
)

TICKET_EVENTS: tuple[type[TicketEvent], ...] = get_args(TicketEvent)
"""Every class of ticket event, in the order of this page."""
