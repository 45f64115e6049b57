"""What was promised to whom: one version of an agreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

from attrs import field, frozen
from attrs.converters import optional

from slaengine.domain.events import Opened
from slaengine.domain.vocabulary import Channel, FrozenMap, TicketType
from slaengine.errors import AgreementError
from slaengine.instants import FOREVER, Instant, as_instant
from slaengine.policies.objective import Objective
from slaengine.policies.target import Kind, Target

ENTITLED = ("type", "channel", "category", "service", "product", "asset", "account", "customer_tier")
"""Facts of an opening by which an agreement may say what it covers."""

_WORDS: Mapping[str, type[StrEnum]] = {"type": TicketType, "channel": Channel}
"""Those of them that hold one of a few words."""


def entitlement_faults(covers: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """A fault for each fact by which no agreement can say what it covers, and for each value that one never has."""
    for fact, values in covers.items():
        if fact not in ENTITLED:
            yield f"covers by {fact!r}, which no opening says: choose among {', '.join(ENTITLED)}"
        if fact in _WORDS:
            words = [str(word) for word in _WORDS[fact]]
            for value in (value for value in values if value not in words):
                yield f"covers the {fact} {value!r}, which there is not: choose among {', '.join(words)}"


def _targets(given: Iterable[Target]) -> tuple[Target, ...]:
    return tuple(given)


def _objectives(given: Iterable[Objective]) -> tuple[Objective, ...]:
    return tuple(given)


def _covers(given: Mapping[str, str | Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(
        {fact: (values,) if isinstance(values, str) else tuple(values) for fact, values in given.items()}
    )


@frozen(kw_only=True, eq=False, repr=False)
class Agreement:
    """One version of what was promised: to whom (`scope`), for what (`covers`), from when until when, and the targets.

    - scope: level -> id, one of which must be the requester's; empty: everybody.
    - covers: fact of the opening -> the values that the contract entitles to; empty: everything. What the log does not
      say is taken as covered.
    - best_effort: for requesters whom no other agreement covers. Its clocks are measured, and never in compliance.
    - effective from `effective_from` (None: always was) until before `effective_until`. A later version of the same id
      takes its place; applies_to_running: also for clocks that run then.
    - contract: the host's own number. objectives: what is promised over periods. detectors: parameters by detector.

    Raises AgreementError, naming all mistakes.
    """

    id: str
    version: str = "1"
    targets: tuple[Target, ...] = field(converter=_targets)
    scope: FrozenMap = field(factory=FrozenMap, converter=FrozenMap)
    covers: Mapping[str, tuple[str, ...]] = field(factory=dict, converter=_covers)
    best_effort: bool = False
    effective_from: Instant | None = field(default=None, converter=optional(as_instant))
    effective_until: Instant | None = field(default=None, converter=optional(as_instant))
    applies_to_running: bool = False
    contract: str | None = None
    objectives: tuple[Objective, ...] = field(default=(), converter=_objectives)
    detectors: Mapping[str, Mapping[str, float]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        if faults := list(self._faults()):
            raise AgreementError(faults)

    def _faults(self) -> Iterator[str]:
        names = [target.name for target in self.targets]
        if not self.id:
            yield "an agreement needs an id"
        if not names:
            yield f"agreement {self.id!r} has no targets: an agreement promises something"
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"agreement {self.id!r} has {names.count(name)} targets called {name!r}: give each its own name"
        if self.begins >= self.ends:
            yield f"agreement {self.id!r} ends before it begins"
        yield from (f"agreement {self.id!r} {fault}" for fault in entitlement_faults(self.covers))
        for objective in self.objectives:
            if objective.target not in names:
                there = ", ".join(names)
                yield f"agreement {self.id!r} has no target {objective.target!r} for an objective: choose among {there}"

    @property
    def begins(self) -> Instant:
        """The first instant at which it is in force."""
        return -FOREVER if self.effective_from is None else self.effective_from

    @property
    def ends(self) -> Instant:
        """The first instant after it was in force."""
        return FOREVER if self.effective_until is None else self.effective_until

    def __repr__(self) -> str:
        return f"Agreement({self.reference!r}, targets {', '.join(target.name for target in self.targets)})"

    @property
    def reference(self) -> str:
        """Id and version, as explanations quote them: "acme-gold@2025-1"."""
        return f"{self.id}@{self.version}"

    @property
    def is_customers(self) -> bool:
        """Whether it promises the customer something, and not only teams each other."""
        return any(target.kind is Kind.SLA for target in self.targets)

    def is_effective(self, at: Instant) -> bool:
        """Whether it was in force at an instant."""
        return self.begins <= at < self.ends

    def covered(self, opened: Opened) -> str:
        """By which facts of an opening the contract entitles to it, in words; nothing where it asks for none."""
        said = ((fact, getattr(opened, fact)) for fact in self.covers)
        return "".join(f", {fact} {value or 'not said, taken as covered'}" for fact, value in said)

    def uncovered(self, opened: Opened) -> str | None:
        """The fact of an opening that the contract does not entitle to, in words; None where it does."""
        for fact, values in self.covers.items():
            value = getattr(opened, fact)
            if value is not None and value not in values:
                return f"{fact} {value}"
        return None
