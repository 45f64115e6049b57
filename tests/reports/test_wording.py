"""Persons in words: told on request, and otherwise not at all."""

import pytest
from attrs import fields

from slaengine.domain import events as e
from slaengine.domain.vocabulary import Actor, Role
from slaengine.projections.wording import in_words

PERSON = "somebody-in-particular"
BY = Actor(PERSON, Role.LEAD)
NEEDED = {
    "team": "network", "reason": "shift", "priority": "P1", "status": "open", "callback_at": 0, "due": 0, "to": "T-2",
    "into": ("T-3",), "article": "kb-1", "score": 4, "agreement": "gold", "corrects": "T-1/1", "target": "resolution",
    "flag": "f", "outcome": "explained",
}  # fmt: skip


@pytest.mark.parametrize("kind", e.TICKET_EVENTS, ids=lambda kind: kind.__name__)
def test_no_event_names_a_person_unless_persons_are_told(kind: type[e.TicketEvent]) -> None:
    names = {attribute.name for attribute in fields(kind)}
    persons = {name: PERSON for name in ("owner", "from_owner") if name in names}
    given = {name: value for name, value in NEEDED.items() if name in names}
    event = kind(occurred_at=0, by=BY, **given, **persons)  # type: ignore[arg-type]
    assert f"by lead {PERSON}" in in_words(event)
    assert PERSON not in in_words(event, persons=False)
    assert in_words(event, persons=False).endswith("by lead")


def test_an_owner_who_is_not_named_is_a_person() -> None:
    assigned = e.Assigned(occurred_at=0, by=BY, owner=PERSON, team="network")
    assert in_words(assigned, persons=False) == "assigned to a person, network, by lead"
