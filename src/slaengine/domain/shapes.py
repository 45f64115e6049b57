"""What of an event a rule may tell apart, beside what it did to the situation: its shape, a short text.

The shape of most events is the name of their kind, "customer-replied". Two kinds have more: a contact that is no public
one by a human of the desk, and a due date that is set for one target.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from slaengine.domain.events import TICKET_EVENTS, CustomerContacted, DueDateSet, TicketEvent
from slaengine.domain.vocabulary import Actor, Role

Shape: TypeAlias = str


def kind_name(kind: type[TicketEvent]) -> str:
    """The stable name of a kind of event: "customer-contacted"."""
    return _NAMES[kind]


def shape(event: TicketEvent) -> Shape:
    """The shape of an event. A bare "customer-contacted" is a public contact by a human of the desk."""
    name = _NAMES[type(event)]
    match event:
        case CustomerContacted(public=False):
            return f"{name}/internal"
        case CustomerContacted() if not is_human_of_the_desk(event):
            return f"{name}/automatic"
        case DueDateSet(target=str(target)):
            return due_date_for(target)
    return name


def due_date_for(target: str) -> Shape:
    """The shape of a due date that is set for one target."""
    return f"{_NAMES[DueDateSet]}/{target}"


def shapes(given: Iterable[type[TicketEvent] | Shape]) -> frozenset[Shape]:
    """Kinds of event, or shapes, as shapes."""
    return frozenset(it if isinstance(it, str) else _NAMES[it] for it in given)


def is_human_of_the_desk(event: CustomerContacted) -> bool:
    """Whether a person of the desk wrote it; where nobody is named it was one, unless the event says automatic."""
    role = event.by.role if isinstance(event.by, Actor) else Role.AGENT
    return not event.automatic and role in (Role.AGENT, Role.LEAD)


_NAMES: Mapping[type[TicketEvent], str] = {
    kind: re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower() for kind in TICKET_EVENTS
}
