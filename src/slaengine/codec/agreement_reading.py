"""The tables of an agreement file -> agreements, with everything that is wrong with them, each under its path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from attrs import define, field

from slaengine.codec.agreement_tables import (
    AgreementDocument,
    ObjectiveDocument,
    OverrideDocument,
    RuleDocument,
    TargetDocument,
    ThresholdDocument,
)
from slaengine.codec.calendar_tables import Calendars, tried
from slaengine.codec.ready_metrics import CALLBACK, METRICS, OWNERSHIP
from slaengine.codec.rule_tables import read_rule
from slaengine.domain.vocabulary import FrozenMap
from slaengine.errors import AgreementError
from slaengine.instants import Instant, instant
from slaengine.policies.agreement import Agreement, entitlement_faults
from slaengine.policies.budget import Budget
from slaengine.policies.budget_text import budget
from slaengine.policies.objective import CountedBy, Credit, Objective, Period
from slaengine.policies.rules import Rule, Where, never
from slaengine.policies.target import Kind, Pin, Reopen, Retarget, Target
from slaengine.policies.threshold import Threshold
from slaengine.policies.words import Word
from slaengine.projections.gaming.parameters import check as check_detectors

T = TypeVar("T")
WordT = TypeVar("WordT", bound=Word)

_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")


@define
class Reading:
    """Reads agreements on the calendars of one document, and collects what is wrong with them.

    labels: those that a rule may ask for, with their values; None: any.
    """

    calendars: Calendars
    labels: Mapping[str, Sequence[str]] | None
    faults: list[str] = field(factory=list)

    def agreement(self, path: str, given: AgreementDocument) -> Agreement | None:
        """The agreement of a table, or None and faults."""
        before = len(self.faults)
        targets = [self._target(f"{path}targets[{number}]", it) for number, it in enumerate(given.targets, start=1)]
        names = [_name(it) for it in given.targets]
        objectives = [
            self._objective(f"{path}objectives[{number}]", it, names)
            for number, it in enumerate(given.objectives, start=1)
        ]
        start = self._instant(f"{path}effective_from", given.effective_from)
        until = self._instant(f"{path}effective_until", given.effective_until)
        covers = self._covers(f"{path}covers", given.covers)
        if len(self.faults) > before or None in targets:
            return None
        agreement = self._try(
            _of(path),
            lambda: Agreement(
                id=given.id,
                version=given.version,
                targets=[target for target in targets if target],
                scope=FrozenMap(given.scope),
                covers=covers,
                best_effort=given.best_effort,
                effective_from=start,
                effective_until=until,
                applies_to_running=given.applies_to_running,
                contract=given.contract,
                objectives=[objective for objective in objectives if objective],
                detectors=given.detectors,
            ),
        )
        if agreement is not None:
            self._try(_of(path), lambda: check_detectors(agreement))
        return agreement

    def _try(self, path: str, made: Callable[[], T]) -> T | None:
        """What is made, or None and a fault."""
        return tried(self.faults, path, made)

    def _instant(self, path: str, text: str | None) -> Instant | None:
        return None if text is None else self._try(path, lambda: instant(text))

    def _covers(self, path: str, given: Mapping[str, str | list[str]]) -> Mapping[str, tuple[str, ...]]:
        covers = {fact: (it,) if isinstance(it, str) else tuple(it) for fact, it in given.items()}
        self.faults += [f"{path}: {fault}" for fault in entitlement_faults(covers)]
        return covers

    # Targets ----------------------------------------------------------------------------------------------------------

    def _target(self, path: str, given: TargetDocument) -> Target | None:
        before = len(self.faults)
        calendar = self.calendars.named(f"{path}.calendar", given.calendar)
        budgets = self._budgets(f"{path}.budgets", given.budgets)
        metric = self._named(f"{path}.metric", given.metric, METRICS)
        said = {**self._words(path, given), **self._stay(path, given)}
        said["pauses"] = self._rule(f"{path}.pauses", given.pauses) or never
        said["fulfilled"] = self._rule(f"{path}.fulfilled", given.fulfilled)
        said["overrides"] = [
            self._override(f"{path}.overrides[{number}]", it) for number, it in enumerate(given.overrides, start=1)
        ]
        said["thresholds"] = [
            self._threshold(f"{path}.thresholds[{number}]", it) for number, it in enumerate(given.thresholds, start=1)
        ]
        is_missing = f"{path}.budgets: is missing" in self.faults
        if len(self.faults) > before or calendar is None or metric is None or is_missing or None in said["overrides"]:
            return None
        promised = () if given.metric == CALLBACK and not budgets else (budgets,)
        return self._try(path, lambda: metric(*promised, calendar=calendar, **said))

    def _words(self, path: str, given: TargetDocument) -> dict[str, Any]:
        """What is said in words; of what is not, the metric has its own."""
        kinds: Mapping[str, type[Word]] = {"kind": Kind, "reopen": Reopen, "retarget": Retarget, "pin": Pin}
        said = {name: text for name in kinds if (text := getattr(given, name)) is not None}
        read = {name: self._word(f"{path}.{name}", kinds[name], text) for name, text in said.items()}
        return {**read, "name": given.name} if given.name else read

    def _stay(self, path: str, given: TargetDocument) -> dict[str, str]:
        said = {"tier": given.tier, "team": given.team}
        stay = {name: text for name, text in said.items() if text is not None}
        if given.metric != OWNERSHIP and given.metric in METRICS:
            self.faults += [f"{path}.{name}: only an ownership has one: leave it out" for name in stay]
            return {}
        return stay

    def _override(self, path: str, given: OverrideDocument) -> tuple[Any, ...] | None:
        where = self._rule(f"{path}.where", given.where, empty=Where())
        budgets = self._budgets(f"{path}.budgets", given.budgets)
        if given.calendar is None:
            return where, budgets
        calendar = self.calendars.named(f"{path}.calendar", given.calendar)
        return (where, budgets, calendar) if calendar else None

    def _threshold(self, path: str, given: str | ThresholdDocument) -> Threshold | None:
        if isinstance(given, str):
            return self._try(path, lambda: Threshold(given))
        return self._try(f"{path}.at", lambda: Threshold(given.at, given.level))

    def _budgets(self, path: str, given: str | dict[str, str]) -> dict[str, Budget]:
        named = {"*": given} if isinstance(given, str) else given
        read = {
            priority: self._try(path if isinstance(given, str) else f"{path}.{priority}", partial(budget, text))
            for priority, text in named.items()
        }
        return {priority: budget for priority, budget in read.items() if budget}

    # Objectives -------------------------------------------------------------------------------------------------------

    def _objective(self, path: str, given: ObjectiveDocument, names: Sequence[str]) -> Objective | None:
        before = len(self.faults)
        if given.target not in names:
            known = ", ".join(names) or "none, write one"
            self.faults.append(f"{path}.target: {given.target!r} is no target of the agreement: choose among {known}")
        share = self._try(f"{path}.share", lambda: _share(given.share))
        period = self._word(f"{path}.period", Period, given.period)
        counted_by = self._word(f"{path}.counted_by", CountedBy, given.counted_by)
        where = self._rule(f"{path}.where", given.where, empty=Where())
        excluding = self._rule(f"{path}.excluding", given.excluding)
        credits_ = [
            Credit(below, it.percent)
            for number, it in enumerate(given.credits, start=1)
            if (below := self._try(f"{path}.credits[{number}].below", partial(_share, it.below))) is not None
        ]
        if len(self.faults) > before or share is None or period is None or counted_by is None:
            return None
        return self._try(
            path,
            lambda: Objective(
                target=given.target,
                share=share,
                period=period,
                where=where or Where(),
                excluding=excluding or never,
                minimum=given.minimum,
                counted_by=counted_by,
                zone=given.zone,
                credits=credits_,
                name=given.name,
            ),
        )

    # Words and rules --------------------------------------------------------------------------------------------------

    def _word(self, path: str, kind: type[WordT], text: str) -> WordT | None:
        return self._try(path, lambda: kind(text))

    def _named(self, path: str, name: str, known: Mapping[str, T]) -> T | None:
        if name not in known:
            self.faults.append(f"{path}: {name!r} is unknown: choose among {', '.join(known)}")
        return known.get(name)

    def _rule(self, path: str, given: RuleDocument, *, empty: Rule | None = None) -> Rule | None:
        """The rule of a table or of several. empty: what a table without facts means."""
        return empty if given == {} else read_rule(path, given, self.labels, self.faults)


def unpromised(document: Mapping[str, Any]) -> Iterator[str]:
    """A fault for each target without budgets; only a callback goes by what was promised in the ticket."""
    for number, agreement in _tables(document.get("agreements")):
        yield from unpromised_in(f"agreements[{number}].", agreement)


def unpromised_in(path: str, agreement: Mapping[str, Any]) -> Iterator[str]:
    """The same of one agreement."""
    for number, target in _tables(agreement.get("targets")):
        if "budgets" not in target and target.get("metric") != CALLBACK:
            yield f"{path}targets[{number}].budgets: is missing"


def _tables(given: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, table in enumerate(given if isinstance(given, list) else (), start=1):
        if isinstance(table, Mapping):
            yield number, table


def _of(path: str) -> str:
    """The path of an agreement itself, not of what is in it."""
    return path.removesuffix(".") or "agreement"


def _name(given: TargetDocument) -> str:
    """How results call a target: as the file says, or else as its metric does."""
    stay = (given.tier, given.team) if given.metric == OWNERSHIP else ()
    return given.name or " ".join([given.metric, *(part for part in stay if part)])


def _share(given: str | float) -> float:
    """A share of one; of text the percent."""
    if not isinstance(given, str):
        return given
    found = _PERCENT.fullmatch(given.strip())
    if found is None:
        raise AgreementError([f"{given!r} is no share: write '95 %' or 0.95"])
    return float(Decimal(found[1]) / 100)
