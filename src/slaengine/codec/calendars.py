"""Frozen schedules: plain JSON with every date and every offset change, under a digest of exactly what is compiled."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen

from slaengine.codec.files import read_text, write_whole
from slaengine.codec.structure import is_too_deep, structured
from slaengine.errors import DriftWarning, InputError
from slaengine.instants import SECOND, instant, iso
from slaengine.policies.hours import Dated, shift_of, shift_text
from slaengine.policies.intervals import Intervals
from slaengine.policies.offsets import Offset
from slaengine.policies.plan import Plan
from slaengine.policies.recurrence import Recurrence
from slaengine.policies.schedule import Origin, Schedule

FORM = "slaengine schedule 1"

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TOLD = 3  # so many differences a warning spells out


@frozen(kw_only=True)
class RuleDocument:
    """The rule from which special hours were looked up."""

    rule: str
    start: str
    seconds: int
    exclude: list[str] = field(factory=list)


@frozen(kw_only=True)
class OriginDocument:
    """What somebody wrote: not compiled, but asked again to see what changed."""

    holidays: list[str] = field(factory=list)
    windows: list[RuleDocument] = field(factory=list)  # one or none


@frozen(kw_only=True)
class ScheduleDocument:
    """A frozen schedule. digest: over what is compiled. seal: over all the rest of the document."""

    form: str
    name: str
    zone: str
    years: list[int]
    week: dict[str, list[str]]
    holidays: list[str]
    special_hours: dict[str, list[str]]
    breaks: dict[str, list[str]]
    holiday_cuts: str
    offsets: dict[str, int]  # seconds ahead of UTC, by the instant from which on
    origin: OriginDocument
    digest: str
    seal: str


def write_schedule(schedule: Schedule, path: str | Path) -> None:
    """Freeze a schedule: write all that is compiled to a file. Raises InputError where that cannot be written."""
    if getattr(schedule, "plan", None) is None:
        raise InputError(f"{path}: only schedules are frozen, and a calendar made of others is none: freeze its parts")
    text = json.dumps(document(schedule), indent=1, ensure_ascii=False) + "\n"
    write_whole(path, [text.encode()])


def read_schedule(path: str | Path) -> Schedule:
    """The schedule of a file that `write_schedule` wrote, whatever zones and holidays are installed here.

    Where those differ from the frozen ones by now, that is said once, by a DriftWarning; `drift()` says it in full.
    Raises InputError for a file that cannot be read, or was changed since it was written.
    """
    text = read_text(path, "file that write_schedule wrote")
    try:
        found = schedule(_loaded(text))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    warn_of_drift(path, found)
    return found


def warn_of_drift(where: str | Path, frozen: Schedule) -> None:
    """Say once, by a DriftWarning, where the zones and holidays that are installed here differ from the frozen ones."""
    if drift := frozen.drift():
        more = f"; and {len(drift) - _TOLD} more" if len(drift) > _TOLD else ""
        told = "; ".join(drift[:_TOLD]) + more
        warnings.warn(f"{where}: the frozen hours are used, but by now: {told}", DriftWarning, stacklevel=3)


def document(schedule: Schedule) -> dict[str, Any]:
    """A schedule as plain data."""
    plan, origin = schedule.plan, schedule.origin
    whole = ScheduleDocument(
        form=FORM,
        name=schedule.name,
        zone=schedule.zone,
        years=list(plan.years),
        week={name: _texts(shifts) for name, shifts in zip(_WEEKDAYS, plan.week, strict=True)},
        holidays=[day.isoformat() for day in plan.holidays],
        special_hours={day.isoformat(): _texts(shifts) for day, shifts in plan.special_hours},
        breaks={day.isoformat(): _texts(shifts) for day, shifts in plan.breaks},
        holiday_cuts=plan.holiday_cuts,
        offsets={iso(offset.since * SECOND): offset.ahead for offset in plan.offsets},
        origin=OriginDocument(
            holidays=list(origin.holidays), windows=[_rule(origin.windows)] if origin.windows else []
        ),
        digest=plan.digest,
        seal="",
    )
    written = asdict(whole)
    return {**written, "seal": _seal(written)}


def schedule(document: Mapping[str, Any]) -> Schedule:
    """The schedule of plain data. Raises InputError for data that `document` did not write, or not so."""
    if is_too_deep(document):
        raise InputError(_TOO_DEEP)
    if document.get("form") != FORM:
        raise InputError(f"form is {document.get('form')!r}, and this version reads {FORM!r}")
    if document.get("seal") != _seal(document):
        raise InputError(_CHANGED)
    try:
        given = structured(document, ScheduleDocument)
        plan = _plan(given)
        made = Schedule.of_plan(given.zone, plan, name=given.name, origin=_origin(given.origin))
    except (LookupError, ValueError) as error:
        raise InputError(f"is no frozen schedule: {error}") from None
    if given.digest != plan.digest:
        raise InputError(_CHANGED)
    return made


_TOO_DEEP = "is nested too deeply"
_CHANGED = "was changed since it was frozen: take the file as it was, or amend the calendar from an instant on"


def _loaded(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except RecursionError:
        raise InputError(_TOO_DEEP) from None
    except ValueError as error:
        raise InputError(f"is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise InputError("is no frozen schedule: it holds no object")
    return found


def _seal(document: Mapping[str, Any]) -> str:
    sealed = {name: value for name, value in document.items() if name != "seal"}
    return hashlib.sha256(json.dumps(sealed, sort_keys=True).encode()).hexdigest()


def _texts(shifts: Intervals) -> list[str]:
    return [shift_text(shift) for shift in shifts]


def _rule(windows: Recurrence) -> RuleDocument:
    exclude = list(windows.exclude)
    return RuleDocument(rule=windows.rule, start=windows.start.isoformat(), seconds=windows.length, exclude=exclude)


def _plan(given: ScheduleDocument) -> Plan:
    first, end = given.years
    return Plan(
        week=tuple(_shifts(given.week[name]) for name in _WEEKDAYS),
        holidays=tuple(map(date.fromisoformat, given.holidays)),
        special_hours=_dated(given.special_hours),
        breaks=_dated(given.breaks),
        holiday_cuts=given.holiday_cuts,  # type: ignore[arg-type]  # another word has another digest
        years=(first, end),
        offsets=tuple(Offset(instant(since) // SECOND, ahead) for since, ahead in given.offsets.items()),
    )


def _shifts(texts: list[str]) -> Intervals:
    return tuple(map(shift_of, texts))


def _dated(given: Mapping[str, list[str]]) -> Dated:
    return tuple((date.fromisoformat(day), _shifts(texts)) for day, texts in given.items())


def _origin(given: OriginDocument) -> Origin:
    rules = [
        Recurrence(it.rule, datetime.fromisoformat(it.start), it.seconds, tuple(it.exclude)) for it in given.windows
    ]
    return Origin(tuple(given.holidays), rules[0] if rules else None)
