"""What a row says of a ticket beside its status, by the names of the fields of `Opened`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from attrs import evolve as but
from attrs import frozen

from slaengine.domain.events import Opened
from slaengine.domain.vocabulary import Actor, Channel, Coverage, FrozenMap, TicketType
from slaengine.errors import InputError
from slaengine.importers.columns import Cells, Columns, Reader
from slaengine.importers.mapping import FactsRule, Value
from slaengine.instants import Instant

Word = TypeVar("Word", bound=StrEnum)

CLASSIFYING = ("type", "category", "service", "product", "asset")
PRIORITISING = ("priority", "impact", "urgency")
HANDED = ("team", "tier", "area", "owner")
AGREED = ("agreement", "agreement_version")
OF_THE_OPENING = ("channel", "account", "coverage", "customer_tier", "reference")
"""What has no event that changes it: read from the first row only."""

FACTS = (*CLASSIFYING, *PRIORITISING, *HANDED, *AGREED, *OF_THE_OPENING)

_WORDS: Mapping[str, type[StrEnum]] = {"type": TicketType, "channel": Channel, "coverage": Coverage}


@frozen
class Facts:
    """What is known: `facts` holds no Nones, as an event leaves out what a log does not say."""

    facts: Mapping[str, Any]
    requester: FrozenMap = FrozenMap()
    labels: FrozenMap = FrozenMap()

    def unowned(self) -> Facts:
        """The same of a ticket that nobody owns."""
        return but(self, facts={name: value for name, value in self.facts.items() if name != "owner"})

    def updated(self, later: Facts) -> Facts:
        """What is known after a later row. What it does not say stays, but for owner and labels: those are gone."""
        kept = self.unowned().facts
        return Facts({**kept, **later.facts}, self.requester, later.labels)

    def behind(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The plain fields of an opening that tells some of them itself: the rest are those that are known here."""
        tables = {"requester": self.requester, "labels": self.labels}
        return {**self.facts, **told, **{name: {**known, **told.get(name, {})} for name, known in tables.items()}}

    def opened(self, at: Instant, by: Actor | None, **more: Any) -> Opened:
        """The opening of a ticket of which this is known."""
        return Opened(
            occurred_at=at, by=by, **{**self.facts, "requester": self.requester, "labels": self.labels, **more}
        )


def words_of(fact: str) -> type[StrEnum] | None:
    """The words that a fact may have; None for a fact whose words are the host's own."""
    return _WORDS.get(fact)


def facts_reader(rule: FactsRule, columns: Columns) -> Reader[Facts]:
    """Reads what a row says of a ticket."""
    facts = columns.remembered(partial(_facts_reader, rule.facts))
    requester, labels = (columns.remembered(partial(texts_reader, it)) for it in (rule.requester, rule.labels))
    return lambda cells: Facts(facts(cells), requester(cells), labels(cells))


def _facts_reader(rule: Mapping[str, Value], columns: Columns) -> Reader[Mapping[str, Any]]:
    readers = {name: _fact(name, value, columns) for name, value in rule.items()}
    return lambda cells: {name: value for name, read in readers.items() if (value := read(cells)) is not None}


def _fact(name: str, value: Value, columns: Columns) -> Reader[Any]:
    kind = words_of(name)
    return columns.text(value) if kind is None else one_of(kind, name, value, columns)


def texts_reader(rule: Mapping[str, Value], columns: Columns) -> Reader[FrozenMap]:
    """Reads a table of texts, without those that the row does not hold."""
    readers = {name: columns.text(value) for name, value in rule.items()}
    return lambda cells: FrozenMap({name: text for name, read in readers.items() if (text := read(cells)) is not None})


def one_of(kind: type[Word], name: str, value: Value, columns: Columns) -> Reader[Word | None]:
    """Reads a word of a kind."""
    text, column = columns.text(value), None if isinstance(value, str) else value.column

    def read(cells: Cells) -> Word | None:
        found = text(cells)
        try:
            return None if found is None else kind(found)
        except ValueError:
            raise InputError(f"is no {name}: map it to one of {', '.join(kind)}", field=column, value=found) from None

    return read
