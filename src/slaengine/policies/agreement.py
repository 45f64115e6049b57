"""What was promised to whom, and which promise a ticket stands under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve as but
from attrs import field, frozen
from attrs.converters import optional

from slaengine.domain.events import AgreementAttached, Opened
from slaengine.domain.situation import Situation
from slaengine.domain.vocabulary import FrozenMap
from slaengine.errors import AgreementError
from slaengine.instants import FOREVER, Instant, as_instant
from slaengine.policies.target import Target, Terms, TermsOf

LEVELS = ("contact", "department", "organisation")
"""The levels of a requester's path, the nearest first, unless the host names its own."""


def _targets(given: Iterable[Target]) -> tuple[Target, ...]:
    return tuple(given)


@frozen(kw_only=True, eq=False, repr=False)
class Agreement:
    """One version of what was promised: to whom (`scope`), from when until when, and the targets.

    scope: level -> id, one of which must be the requester's; empty: everybody. Effective from `effective_from`
    (None: always was) until before `effective_until`. detectors: parameters of detectors, by detector and name.
    Raises AgreementError, naming all mistakes.
    """

    id: str
    version: str = "1"
    targets: tuple[Target, ...] = field(converter=_targets)
    scope: FrozenMap = field(factory=FrozenMap, converter=FrozenMap)
    effective_from: Instant | None = field(default=None, converter=optional(as_instant))
    effective_until: Instant | None = field(default=None, converter=optional(as_instant))
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

    def is_effective(self, at: Instant) -> bool:
        """Whether it was in force at an instant."""
        return self.begins <= at < self.ends


@frozen
class Selection:
    """Which agreement a ticket stands under, and why."""

    agreement: Agreement | None
    why: str

    def attached(self, opened: Opened) -> AgreementAttached | None:
        """The selection as a fact, to be read right after the opening; None where there is no agreement."""
        if self.agreement is None:
            return None
        return AgreementAttached(
            occurred_at=opened.occurred_at,
            agreement=self.agreement.id,
            version=self.agreement.version,
            coverage=opened.coverage,
            reason=self.why,
        )


def _agreements(given: Iterable[Agreement]) -> tuple[Agreement, ...]:
    return tuple(given)


def _levels(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


@frozen(eq=False)
class Book:
    """All agreements, in the order in which they were published. It selects, says why, and never edits."""

    agreements: tuple[Agreement, ...] = field(converter=_agreements)
    levels: tuple[str, ...] = field(default=LEVELS, converter=_levels)
    _targets: Mapping[str, tuple[Target, ...]] = field(init=False, repr=False)

    @_targets.default
    def _of_each(self) -> Mapping[str, tuple[Target, ...]]:
        return {agreement.reference: _under(agreement) for agreement in self.agreements}

    def __attrs_post_init__(self) -> None:
        references = [agreement.reference for agreement in self.agreements]
        faults = [
            f"agreement {reference!r} stands twice: give each version its own name"
            for reference in sorted({r for r in references if references.count(r) > 1})
        ]
        unknown = {level for agreement in self.agreements for level in agreement.scope} - {*self.levels}
        faults += [
            f"{level!r} is no level of a requester: choose among {', '.join(self.levels)}" for level in sorted(unknown)
        ]
        if not self.agreements:
            faults.append("there are no agreements: write at least one")
        if faults:
            raise AgreementError(faults)

    def select(self, opened: Opened) -> Selection:
        """The agreement of a ticket at its opening.

        The one that the opening names; else, of those in force, the one whose scope is nearest on the requester's
        path, and among equally near ones the one that stands first; else the first that is for everybody.
        """
        at = opened.occurred_at
        if opened.agreement is not None:
            return self.named(opened.agreement, opened.agreement_version, at)
        in_force = [agreement for agreement in self.agreements if agreement.is_effective(at)]
        for level in self.levels:
            for agreement in in_force:
                if level in agreement.scope and agreement.scope[level] == opened.requester.get(level):
                    return Selection(agreement, f"scope {level} = {agreement.scope[level]}")
        general = next((agreement for agreement in in_force if not agreement.scope), None)
        return Selection(general, "for everybody" if general else "no agreement in force covers this requester")

    def named(self, id: str, version: str | None, at: Instant) -> Selection:
        """The agreement of this id: in the version that is asked for, else the latest in force at the instant."""
        versions = [agreement for agreement in self.agreements if agreement.id == id]
        if version is not None:
            exact = next((agreement for agreement in versions if agreement.version == version), None)
            return Selection(exact, _named(f"{id}@{version}", exact))
        in_force = [agreement for agreement in versions if agreement.is_effective(at)]
        latest = max(in_force, key=lambda agreement: agreement.begins, default=None)
        return Selection(latest, _named(id, latest))

    def targets(self, agreement: Agreement) -> tuple[Target, ...]:
        """The targets of one of its agreements. Each promises something only while the ticket stands under it."""
        return self._targets[agreement.reference]

    def of(self, target: Target) -> Agreement:
        """The agreement that a target of this book belongs to."""
        return next(agreement for agreement in self.agreements if agreement.reference == target.agreement)

    def find(self, id: str, version: str | None) -> Agreement | None:
        """The agreement of this id and version."""
        return next((found for found in self.agreements if (found.id, found.version) == (id, version)), None)


def _named(reference: str, found: Agreement | None) -> str:
    return f"named by the ticket: {reference}" + ("" if found else ", which is not in the book, or not in force")


def as_book(agreements: Agreement | Book | Iterable[Agreement]) -> Book:
    """A book of one agreement, of several, or as it is."""
    if isinstance(agreements, Book):
        return agreements
    return Book([agreements] if isinstance(agreements, Agreement) else agreements)


def _under(agreement: Agreement) -> tuple[Target, ...]:
    """The targets of an agreement, each promising something only while the ticket stands under that very version."""
    return tuple(
        but(target, terms=_only_under(agreement, target.terms), agreement=agreement.reference)
        for target in agreement.targets
    )


def _only_under(agreement: Agreement, terms: TermsOf) -> TermsOf:
    def guarded(situation: Situation) -> Terms | None:
        here = situation.agreement == agreement.id and situation.agreement_version == agreement.version
        return terms(situation) if here else None

    return guarded
