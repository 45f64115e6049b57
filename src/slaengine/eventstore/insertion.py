"""Whether new records have a reading where they occurred, which may lie before what was recorded earlier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import cast

from slaengine.codec.events import name_of
from slaengine.domain.events import TicketEvent
from slaengine.domain.history import history
from slaengine.domain.recorded import Recorded, known
from slaengine.domain.timeline import timeline
from slaengine.errors import UnlawfulEvent
from slaengine.instants import iso

_NEIGHBOURS = 2  # events shown on each side of one that matters


def check(stored: Sequence[Recorded], new: Sequence[Recorded]) -> None:
    """Raises UnlawfulEvent if the new records of a ticket would leave one record more without a lawful reading.

    A history from elsewhere may hold such records already; they are no reason to refuse, and a correction may heal
    them. The message shows the order in which things were recorded beside the one in which they occurred.
    """
    told = known([*stored, *new])
    try:
        timeline(_events(told))
    except UnlawfulEvent:
        excused = _aside(stored) & _aside([*stored, *new])
        _check_all([record for record in told if record.id not in excused], new)


def _check_all(told: Sequence[Recorded], new: Sequence[Recorded]) -> None:
    try:
        timeline(_events(told))
    except UnlawfulEvent as error:
        raise UnlawfulEvent(
            f"{error}{_orders(told, new, error)}", event=error.event, situation=error.situation
        ) from None


def _events(told: Iterable[Recorded]) -> list[TicketEvent]:
    return [cast(TicketEvent, record.event) for record in told]


def _aside(records: Sequence[Recorded]) -> set[str]:
    return {quarantined.record.id for quarantined in history(records).quarantined}


def _orders(told: Sequence[Recorded], new: Sequence[Recorded], error: UnlawfulEvent) -> str:
    """Both orders where they differ: then the event is late, or a correction changed what stands before it."""
    recorded = sorted(told, key=lambda record: record.position)
    if recorded == list(told):
        return ""
    marked = {record.id for record in new} | {record.id for record in told if record.event is error.event}
    fresh = {record.id for record in new}
    return f". As recorded: {_shown(recorded, marked, fresh)}. As it occurred: {_shown(told, marked, fresh)}"


def _shown(order: Sequence[Recorded], marked: Collection[str], fresh: Collection[str]) -> str:
    """The marked records and their neighbours."""
    near = [
        i
        for i in range(len(order))
        if any(r.id in marked for r in order[max(0, i - _NEIGHBOURS) : i + _NEIGHBOURS + 1])
    ]
    gaps = {i for was, i in pairwise([-1, *near]) if i > was + 1}
    words = [f"{'..., ' if i in gaps else ''}{_worded(order[i], fresh)}" for i in near]
    return ", ".join(words) + (", ..." if near and near[-1] + 1 < len(order) else "")


def _worded(record: Recorded, fresh: Collection[str]) -> str:
    return f"{name_of(record.event)} {iso(record.occurred_at)}{' (new)' if record.id in fresh else ''}"
