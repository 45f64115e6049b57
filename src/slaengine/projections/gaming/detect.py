"""All detectors on one case: the more specific suppress the less specific, and one act is flagged once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from slaengine.instants import Instant
from slaengine.projections.clocks import Clock
from slaengine.projections.gaming import close_reopen_churn, deadline_handoff
from slaengine.projections.gaming.flag import Flag

if TYPE_CHECKING:
    from slaengine.projections.case import Case

Detector: TypeAlias = "Callable[[Case, Sequence[Clock], Instant], Iterable[Flag]]"
"""(case, its clocks at an instant, the instant) -> flags. Pure."""

DETECTORS: tuple[Detector, ...] = (close_reopen_churn.close_reopen_churn, deadline_handoff.deadline_handoff)
"""From the most specific to the least."""

SUPPRESSES = {close_reopen_churn.KIND: frozenset({deadline_handoff.KIND})}
"""Which kinds a kind keeps from being raised on the same event."""


def detected(
    case: Case, clocks: Sequence[Clock], now: Instant, detectors: Sequence[Detector] = DETECTORS
) -> tuple[Flag, ...]:
    """What deserves a look on one ticket, given its clocks at an instant, in order of time."""
    raised = [flag for detector in detectors for flag in _once(detector(case, clocks, now))]
    return tuple(sorted(_unsuppressed(raised), key=lambda flag: (flag.at, flag.kind, flag.position.target)))


def _once(raised: Iterable[Flag]) -> Iterator[Flag]:
    """Of flags of one kind that share an act, the one with the highest score, then with the least time left."""
    kept: list[Flag] = []
    for flag in sorted(raised, key=lambda flag: (-flag.score, flag.position.left, flag.position.target)):
        if not any(_acts(flag) & _acts(other) for other in kept):
            kept.append(flag)
            yield flag


def _unsuppressed(raised: Sequence[Flag]) -> Iterator[Flag]:
    for flag in raised:
        stronger = (other for other in raised if flag.kind in SUPPRESSES.get(other.kind, ()))
        if not any(_acts(flag) & _acts(other) for other in stronger):
            yield flag


def _acts(flag: Flag) -> frozenset[str]:
    return frozenset(item.record for item in flag.evidence if item.part.startswith("act"))
