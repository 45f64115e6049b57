"""What the packages installed here would now say differently from what a schedule holds, in plain words."""

from collections.abc import Iterator
from datetime import timedelta, timezone

from slaengine.instants import SECOND, iso
from slaengine.policies.offsets import Offset, Offsets
from slaengine.policies.plan import Plan

_NEAR = 120 * 86_400
"""A change of the same clock within so many seconds of one that is gone is the same change, moved."""


def differences(zone: str, held: Plan, now: Plan) -> Iterator[str]:
    """Holidays, windows and offset changes of two plans that were written alike."""
    was, is_ = set(held.holidays), set(now.holidays)
    yield from (f"{day} is a holiday now" for day in sorted(is_ - was))
    yield from (f"{day} is no holiday any more" for day in sorted(was - is_))
    windows, found = dict(held.special_hours), dict(now.special_hours)
    changed = sorted(day for day in {*windows, *found} if windows.get(day) != found.get(day))
    yield from (f"the rule's windows of {day} are others" for day in changed)
    yield from _changes(zone, held.offsets, now.offsets)


def _changes(zone: str, held: Offsets, now: Offsets) -> Iterator[str]:
    gone, new = sorted(set(held) - set(now)), sorted(set(now) - set(held))
    for change in gone:
        moved = next((it for it in new if it.ahead == change.ahead and abs(it.since - change.since) < _NEAR), None)
        if moved is None:
            yield f"{zone}: the change to {_clock(change)} at {_at(change)} does not happen"
        else:
            new.remove(moved)
            yield f"{zone}: the change to {_clock(change)} at {_at(change)} happens at {_at(moved)}"
    yield from (f"{zone}: a change to {_clock(change)} happens at {_at(change)}" for change in new)


def _at(change: Offset) -> str:
    return iso(change.since * SECOND)


def _clock(change: Offset) -> str:
    return str(timezone(timedelta(seconds=change.ahead)))
