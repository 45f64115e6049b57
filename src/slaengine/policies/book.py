"""All agreements of a desk: which of them a ticket stands under, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve as but
from attrs import field, frozen

from slaengine.domain.events import AgreementAttached, Opened
from slaengine.domain.vocabulary import Coverage
from slaengine.errors import AgreementError
from slaengine.instants import Instant
from slaengine.policies.agreement import Agreement
from slaengine.policies.budget import DueDate
from slaengine.policies.promise import Promise, Reference
from slaengine.policies.rules import Rule, undeclared
from slaengine.policies.target import Kind, Retarget, Target
from slaengine.policies.terms import Overridden, parts, unshareable

LEVELS = ("contact", "department", "organisation")
"""The levels of a requester's path, the nearest first, unless the host names its own."""


@frozen
class Selection:
    """Which agreement a ticket stands under, and why.

    path: the requester's, the nearest level first. beside: agreements that promise what this one does not, each with
    its reason: an OLA beside a customer's SLA.
    """

    agreement: Agreement | None
    why: str
    path: str = ""
    beside: tuple[tuple[Agreement, str], ...] = ()

    @property
    def is_customers(self) -> bool:
        """Whether the customer was promised something. Best effort is no promise."""
        return self.agreement is not None and self.agreement.is_customers and not self.agreement.best_effort

    def attached(self, opened: Opened) -> AgreementAttached | None:
        """The selection as a fact, to be read right after the opening; None where there is no agreement."""
        if self.agreement is None:
            return None
        return AgreementAttached(
            occurred_at=opened.occurred_at,
            agreement=self.agreement.id,
            version=self.agreement.version,
            coverage=Coverage.BEST_EFFORT if self.agreement.best_effort else opened.coverage,
            reason=self.why,
        )

    def reason(self, reference: str) -> str:
        """Why a ticket has clocks of an agreement."""
        reasons = {agreement.reference: why for agreement, why in self.beside}
        if self.agreement is not None:
            reasons[self.agreement.reference] = self.why
        return reasons.get(reference, "attached to the ticket later")


def _agreements(given: Iterable[Agreement]) -> tuple[Agreement, ...]:
    return tuple(_bound(agreement) for agreement in given)


def _bound(agreement: Agreement) -> Agreement:
    """The agreement with targets that know whose they are."""
    reference = agreement.reference
    if all(target.agreement == reference for target in agreement.targets):
        return agreement
    return but(agreement, targets=[but(target, agreement=reference) for target in agreement.targets])


def _levels(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


def _labels(given: Mapping[str, Iterable[str]] | None) -> Mapping[str, tuple[str, ...]] | None:
    return None if given is None else {name: tuple(values) for name, values in given.items()}


@frozen(eq=False)
class Book:
    """All agreements, in the order in which they were published. It selects, says why, and never edits.

    levels: of a requester's path, the nearest first. labels: the facts of the host's own, with their values, and no
    rule may ask for others; None: whatever the events say.

    Raises AgreementError, naming all mistakes.
    """

    agreements: tuple[Agreement, ...] = field(converter=_agreements)
    levels: tuple[str, ...] = field(default=LEVELS, converter=_levels)
    labels: Mapping[str, tuple[str, ...]] | None = field(default=None, converter=_labels)
    _versions: dict[str, tuple[Agreement, ...]] = field(init=False, repr=False)
    _promises: dict[tuple[Kind, str, str], Promise] = field(factory=dict, init=False, repr=False)

    @_versions.default
    def _by_id(self) -> dict[str, tuple[Agreement, ...]]:
        named: dict[str, list[Agreement]] = {}
        for agreement in self.agreements:
            named.setdefault(agreement.id, []).append(agreement)
        return {id: tuple(sorted(own, key=lambda agreement: agreement.begins)) for id, own in named.items()}

    def __attrs_post_init__(self) -> None:
        if faults := list(self._faults()):
            raise AgreementError(faults)

    def _faults(self) -> Iterator[str]:
        references = [agreement.reference for agreement in self.agreements]
        for reference in sorted({reference for reference in references if references.count(reference) > 1}):
            yield f"agreement {reference!r} stands twice: give each version its own name"
        for level in sorted({level for agreement in self.agreements for level in agreement.scope} - {*self.levels}):
            yield f"{level!r} is no level of a requester: choose among {', '.join(self.levels)}"
        if not self.agreements:
            yield "there are no agreements: write at least one"
        if self.labels is not None:
            for whose, rule in (asked for agreement in self.agreements for asked in _asked(agreement)):
                yield from (f"{whose}: {fault}" for fault in undeclared(rule, self.labels))
        yield from _unshareable(self.agreements)

    # Which agreement --------------------------------------------------------------------------------------------------

    def select(self, opened: Opened) -> Selection:
        """The agreement of a ticket at its opening, and those beside it.

        The one that the opening names; else, of those in force that cover it and promise the customer something, the
        one whose scope is nearest on the requester's path, and among equally near ones the one that stands first; else
        the first that is for everybody; else the best effort; else one within the house. What the selected one does
        not promise, by kind and name, the next in this order may.
        """
        at, path = opened.occurred_at, self._path(opened)
        found = list(self._matching(opened, at))
        if opened.agreement is not None:
            named = self.named(opened.agreement, opened.agreement_version, at)
            return but(named, path=path, beside=_beside(named.agreement, found))
        if found:
            (agreement, why), *others = found
            return Selection(agreement, why, path, _beside(agreement, others))
        passed_over = [why for agreement, why in self._covering(self._in_force(at), opened) if agreement is None]
        return Selection(None, "; ".join(["no agreement in force covers this requester", *passed_over]), path)

    def named(self, id: str, version: str | None, at: Instant) -> Selection:
        """The agreement of this id: in the version that is asked for, else the latest in force at the instant."""
        if version is not None:
            exact = self.find(id, version)
            return Selection(exact, _named(f"{id}@{version}", exact))
        latest = self._latest(id, at)
        return Selection(latest, _named(id, latest))

    def _matching(self, opened: Opened, at: Instant) -> Iterator[tuple[Agreement, str]]:
        """Every agreement that could be the ticket's, the first choice first; the best effort where no other is.

        What teams promise each other comes last.
        """
        in_force = self._in_force(at)
        customers = list(self._covering([it for it in in_force if it.is_customers and not it.best_effort], opened))
        found = [(agreement, why) for agreement, why in customers if agreement is not None]
        yield from found
        if not found:
            reasons = [why for _, why in customers]
            for agreement, why in self._by_nearness([it for it in in_force if it.best_effort], opened):
                yield agreement, "; ".join([f"best effort, {why}", *reasons])
        within = self._covering([it for it in in_force if not it.is_customers and not it.best_effort], opened)
        yield from ((agreement, why) for agreement, why in within if agreement is not None)

    def _covering(self, agreements: Sequence[Agreement], opened: Opened) -> Iterator[tuple[Agreement | None, str]]:
        """Those that cover what is asked, each with its reason; None, with the reason, for one that does not."""
        passed_over: list[str] = []
        for agreement, why in self._by_nearness(agreements, opened):
            fact = agreement.uncovered(opened)
            if fact is None:
                yield agreement, "; ".join([f"{why}{agreement.covered(opened)}", *passed_over])
            else:
                passed_over.append(f"{agreement.reference} does not cover {fact}")
                yield None, passed_over[-1]

    def _by_nearness(self, agreements: Sequence[Agreement], opened: Opened) -> Iterator[tuple[Agreement, str]]:
        for level in self.levels:
            for agreement in agreements:
                if level in agreement.scope and agreement.scope[level] == opened.requester.get(level):
                    yield agreement, f"scope {level} = {agreement.scope[level]}"
        yield from ((agreement, "for everybody") for agreement in agreements if not agreement.scope)

    def _path(self, opened: Opened) -> str:
        """The requester's path in words, the nearest level first."""
        return " > ".join(f"{level} {opened.requester[level]}" for level in self.levels if level in opened.requester)

    def _in_force(self, at: Instant) -> list[Agreement]:
        """Of each agreement the version that is in force, in the order of the book."""
        return [latest for id in self._versions if (latest := self._latest(id, at))]

    def _latest(self, id: str, at: Instant) -> Agreement | None:
        """The version of an agreement that is in force at an instant: of several, the one that took effect last."""
        in_force = [it for it in self._versions.get(id, ()) if it.is_effective(at)]
        return max(in_force, key=lambda agreement: agreement.begins, default=None)

    # What it promises -------------------------------------------------------------------------------------------------

    def find(self, id: str, version: str | None) -> Agreement | None:
        """The agreement of this id and version."""
        return next((found for found in self._versions.get(id, ()) if found.version == version), None)

    def of(self, target: Target) -> Agreement:
        """The agreement that a target of this book belongs to."""
        return next(agreement for agreement in self.agreements if agreement.reference == target.agreement)

    def versions(self, id: str) -> tuple[Agreement, ...]:
        """The versions of an agreement in the order in which they take effect."""
        return self._versions.get(id, ())

    def promises(
        self, agreements: Iterable[Agreement], beside: Iterable[Agreement] = (), later: Iterable[Agreement] = ()
    ) -> tuple[Promise, ...]:
        """What is promised to a ticket under some agreements, with others beside them, and by those that come later.

        In this order, so that what comes later moves nothing that was there.
        """
        others = {(target.kind, target.name): target for other in beside for target in other.targets}
        own, then = ([pair for it in given for pair in _in_order(it)] for given in (agreements, later))
        pairs = dict.fromkeys([*own, *others, *then])
        return tuple(self._promise(kind, name, others.get((kind, name))) for kind, name in pairs)

    def _promise(self, kind: Kind, name: str, beside: Target | None) -> Promise:
        key = kind, name, beside.agreement if beside else ""
        if key not in self._promises:
            by: dict[Reference, Target] = {
                (agreement.id, agreement.version): target
                for agreement in self.agreements
                for target in agreement.targets
                if (target.kind, target.name) == (kind, name)
            }
            self._promises[key] = Promise(name=name, kind=kind, by=by, versions=self._orders(), beside=beside)
        return self._promises[key]

    def _orders(self) -> Mapping[str, Sequence[tuple[str, bool]]]:
        ids = {agreement.id for agreement in self.agreements}
        return {id: [(it.version, it.applies_to_running) for it in self.versions(id)] for id in ids}


def _asked(agreement: Agreement) -> Iterator[tuple[str, Rule]]:
    """Each rule of an agreement, and whose it is."""
    for target in agreement.targets:
        whose = f"agreement {agreement.reference!r}, target {target.name!r}"
        yield from ((whose, rule) for rule in (target.metric.starts, target.metric.fulfilled, target.pauses))
        if isinstance(target.terms, Overridden):
            yield from ((whose, override.where) for override in target.terms.overrides)
    for objective in agreement.objectives:
        whose = f"agreement {agreement.reference!r}, objective {str(objective)!r}"
        yield from ((whose, rule) for rule in (objective.where, objective.excluding))


def _unshareable(agreements: Iterable[Agreement]) -> Iterator[str]:
    """Targets that keep the share of a budget where a ticket may come from an agreement whose budget has none."""
    named: dict[tuple[Kind, str], list[Target]] = {}
    for target in (target for agreement in agreements for target in agreement.targets):
        named.setdefault((target.kind, target.name), []).append(target)
    for (_, name), targets in named.items():
        if any(target.retarget is Retarget.PROPORTION for target in targets):
            all_of_them = (budget for target in targets for part in parts(target.terms) for _, budget in part.budgets)
            yield from unshareable(name, {it for it in all_of_them if not isinstance(it, DueDate)})


def _beside(selected: Agreement | None, others: Iterable[tuple[Agreement, str]]) -> tuple[tuple[Agreement, str], ...]:
    """The others that promise something which none before them does, by kind and name."""
    promised = _pairs(selected) if selected else set()
    found = []
    for agreement, why in others:
        is_other = selected is None or (agreement.id != selected.id and agreement.best_effort <= selected.best_effort)
        if is_other and (more := _pairs(agreement) - promised):
            found.append((_only(agreement, more), why))
            promised |= more
    return tuple(found)


def _only(agreement: Agreement, pairs: set[tuple[Kind, str]]) -> Agreement:
    """The agreement with some of its targets; objectives are about all of its clocks, and stay with the whole one."""
    kept = [target for target in agreement.targets if (target.kind, target.name) in pairs]
    return but(agreement, targets=kept, objectives=())


def _pairs(agreement: Agreement) -> set[tuple[Kind, str]]:
    return set(_in_order(agreement))


def _in_order(agreement: Agreement) -> list[tuple[Kind, str]]:
    """Kind and name of what it promises."""
    return [(target.kind, target.name) for target in agreement.targets]


def _named(reference: str, found: Agreement | None) -> str:
    return f"named by the ticket: {reference}" + ("" if found else ", which is not in the book, or not in force")


def as_book(agreements: Agreement | Book | Iterable[Agreement]) -> Book:
    """A book of one agreement, of several, or as it is."""
    if isinstance(agreements, Book):
        return agreements
    return Book([agreements] if isinstance(agreements, Agreement) else agreements)
