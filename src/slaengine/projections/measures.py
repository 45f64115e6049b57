"""Shares, their uncertainty, and quantiles: the statistics of a compliance figure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import ceil, sqrt

from attrs import frozen

from slaengine.domain.vocabulary import Coverage
from slaengine.projections.clocks import State, Verdict

Z_95 = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""


@frozen
class Interval:
    """low <= share <= high, each from 0 to 1."""

    low: float
    high: float


class Part(StrEnum):
    """In which part of a compliance figure a clock is: the first two make the share, and no clock is in two."""

    MET = "met"
    BREACHED = "breached"
    OPEN = "open"
    CANCELLED = "cancelled"
    WAIVED = "waived"
    BEST_EFFORT = "best effort"  # the requester was not entitled, whatever became of the clock


def part(state: State, verdict: Verdict, coverage: Coverage) -> Part:
    """The part of a clock."""
    if coverage is not Coverage.COVERED:
        return Part.BEST_EFFORT
    return Part.CANCELLED if state is State.CANCELLED else Part(verdict)


def wilson(successes: int, n: int) -> Interval | None:
    """The 95 % Wilson score interval of a share; None where there is nothing to take a share of.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    if n == 0:
        return None
    share, z2 = successes / n, Z_95 * Z_95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(max(0.0, min(share, centre - reach)), min(1.0, max(share, centre + reach)))  # rounding aside


def quantile(values: Sequence[float], share: float) -> float | None:
    """The least of the values that at least this share of them do not exceed; None of no values."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)] if values else None
