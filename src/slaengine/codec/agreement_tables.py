"""The tables of an agreement file, as they are written. What they mean is read in `agreement_reading.py`."""

from __future__ import annotations

from typing import Any, TypeAlias

from attrs import field, frozen

from slaengine.codec.calendar_tables import AnyCalendar
from slaengine.policies.book import LEVELS
from slaengine.policies.objective import CountedBy, Period
from slaengine.policies.target import Pin, Retarget

RuleDocument: TypeAlias = dict[str, Any] | list[dict[str, Any]]
"""A table of facts, or several of which one must hold."""


@frozen(kw_only=True)
class OverrideDocument:
    """[[agreements.targets.overrides]]"""

    where: RuleDocument
    budgets: str | dict[str, str]
    calendar: str | None = None


@frozen(kw_only=True)
class ThresholdDocument:
    """[[agreements.targets.thresholds]]"""

    at: str
    level: str | None = None


@frozen(kw_only=True)
class TargetDocument:
    """[[agreements.targets]]"""

    metric: str
    calendar: str
    budgets: str | dict[str, str] = field(factory=dict)
    name: str | None = None
    kind: str | None = None
    tier: str | None = None
    team: str | None = None
    overrides: list[OverrideDocument] = field(factory=list)
    pauses: RuleDocument = field(factory=dict)
    fulfilled: RuleDocument = field(factory=dict)
    reopen: str | None = None
    retarget: str = Retarget.CARRY.value
    pin: str = Pin.VERSION.value
    thresholds: list[str | ThresholdDocument] = field(factory=list)


@frozen(kw_only=True)
class CreditDocument:
    """[[agreements.objectives.credits]]"""

    below: str | float
    percent: float


@frozen(kw_only=True)
class ObjectiveDocument:
    """[[agreements.objectives]]"""

    target: str
    share: str | float
    period: str = Period.MONTH.value
    where: RuleDocument = field(factory=dict)
    excluding: RuleDocument = field(factory=dict)
    minimum: int = 0
    counted_by: str = CountedBy.VERDICT.value
    zone: str | None = None
    name: str = ""
    credits: list[CreditDocument] = field(factory=list)


@frozen(kw_only=True)
class AgreementDocument:
    """[[agreements]]"""

    id: str
    targets: list[TargetDocument] = field(factory=list)
    version: str = "1"
    scope: dict[str, str] = field(factory=dict)
    covers: dict[str, str | list[str]] = field(factory=dict)
    best_effort: bool = False
    effective_from: str | None = None
    effective_until: str | None = None
    applies_to_running: bool = False
    contract: str | None = None
    objectives: list[ObjectiveDocument] = field(factory=list)
    detectors: dict[str, dict[str, float]] = field(factory=dict)


@frozen(kw_only=True)
class BookDocument:
    """A whole agreement file."""

    agreements: list[AgreementDocument] = field(factory=list)
    calendars: dict[str, AnyCalendar] = field(factory=dict)
    levels: list[str] = field(factory=lambda: list(LEVELS))
    labels: dict[str, list[str]] | None = None
