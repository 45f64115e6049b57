"""Frozen schedules: what is compiled is what was written, whatever is installed; what was changed is refused."""

import json
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve as but
from hypothesis import given

from slaengine.codec.calendars import _seal, document, read_schedule, schedule, write_schedule
from slaengine.errors import DriftWarning, InputError
from slaengine.instants import hours
from slaengine.policies.looked_up import zone_offsets
from slaengine.policies.offsets import FrozenZone, Offset, Offsets
from slaengine.policies.plan import Years
from slaengine.policies.schedule import Schedule, windows
from tests.policies.strategies import Desk, desks

OFFICE = Schedule(
    "Europe/Berlin",
    "Mon-Fri 09:00-12:30 13:30-17:30; Fri 22:00-06:00+1; Sun 18:00-24:00",
    holidays=["DE-BE", "2026-12-24"],
    special_hours={"2026-12-31": "09:00-12:00", "2026-05-01": "closed"},
    breaks={"2026-05-14": "12:00:30-14:00"},
    holiday_cuts="shift",
    years=(2024, 2030),
    name="office",
)
MAINTENANCE = windows(
    "Europe/Berlin", "FREQ=MONTHLY;BYDAY=2SA", start="2025-01-11T22:00", length=hours(60), exclude="2025-02-08"
)


@pytest.mark.parametrize("made", [OFFICE, MAINTENANCE], ids=["office", "maintenance"])
def test_what_is_read_is_what_was_written(made: Schedule, tmp_path: Path) -> None:
    path = tmp_path / "frozen.json"
    write_schedule(made, path)
    read = read_schedule(path)
    assert read == made
    assert (read.calendar, read.origin, read.drift()) == (made.calendar, made.origin, ())
    assert read.refreshed() == made
    assert read.calendar.zone == made.calendar.zone
    before = path.read_bytes()
    write_schedule(read, path)
    assert path.read_bytes() == before


@given(desks())
def test_every_schedule_survives_its_file(desk: Desk) -> None:
    made = desk.schedule
    assert schedule(json.loads(json.dumps(document(made)))) == made


def test_the_digest_of_a_file_is_that_of_the_calendar() -> None:
    assert document(OFFICE)["digest"] == OFFICE.calendar.digest


def test_the_form_does_not_change_between_releases() -> None:
    made = Schedule("UTC", "Mon-Fri 22:00-06:00+1", holidays="2024-12-25", years=(2024, 2026), name="night")
    assert document(made) == {
        "form": "slaengine schedule 1",
        "name": "night",
        "zone": "UTC",
        "years": [2024, 2026],
        "week": {
            **{day: ["22:00-06:00+1"] for day in ("Mon", "Tue", "Wed", "Thu", "Fri")},
            "Sat": [],
            "Sun": [],
        },
        "holidays": ["2024-12-25"],
        "special_hours": {},
        "breaks": {},
        "holiday_cuts": "date",
        "offsets": {"2023-12-30T00:00:00Z": 0},
        "origin": {"holidays": ["2024-12-25"], "windows": []},
        "digest": "83ddf78b34c26ff34b5ac1eaae322269644a54c8be2c9705197bfd702b00310c",
        "seal": "a35a665fffb90628b16e7051b4dc20e3a7a9690d10ace0707e8b991a7f4caa40",
    }


# What was changed since -----------------------------------------------------------------------------------------------

Damage = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "damage",
    [
        lambda it: it["holidays"].remove("2026-12-24"),
        lambda it: it["week"]["Mon"].pop(),
        lambda it: it["offsets"].popitem(),
        lambda it: it.update(zone="Europe/Paris"),
        lambda it: it.update(name="another"),
        lambda it: it["origin"]["holidays"].pop(),
        lambda it: it.pop("seal"),
    ],
)
def test_a_file_that_was_changed_is_refused(damage: Damage, tmp_path: Path) -> None:
    path, written = tmp_path / "office.json", document(OFFICE)
    damage(written)
    path.write_text(json.dumps(written))
    with pytest.raises(InputError, match=r"office\.json: was changed since it was frozen: take the file as it was, or"):
        read_schedule(path)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda it: it["holidays"].remove("2026-12-24"), "was changed since it was frozen"),
        (lambda it: it.update(digest="0"), "was changed since it was frozen"),
        (lambda it: it.update(holiday_cuts="day"), "was changed since it was frozen"),
        (lambda it: it.update(form="slaengine schedule 2"), "form is 'slaengine schedule 2', and this version reads"),
        (lambda it: it.pop("form"), "form is None"),
        (lambda it: it.pop("breaks"), "is no frozen schedule: breaks: is missing"),
        (lambda it: it["week"].pop("Mon"), "is no frozen schedule: 'Mon'"),
        (lambda it: it.update(years=[2024]), "is no frozen schedule: "),
        (lambda it: it.update(offsets={}), "is no frozen schedule: "),
        (lambda it: it["holidays"].append("Christmas"), "is no frozen schedule: "),
        (lambda it: it["week"].update(Mon=["9-5"]), "is no frozen schedule: '9-5' is no shift"),
        (lambda it: it["week"].update(Mon=["09:00-08:00"]), "is no frozen schedule: '09:00-08:00' is no shift"),
        (lambda it: it.update(mood="good"), "is no frozen schedule: mood: unknown; known are form, name"),
    ],
)
def test_what_was_sealed_and_is_no_schedule_is_refused(damage: Damage, says: str) -> None:
    written = document(OFFICE)
    damage(written)
    with pytest.raises(InputError) as refused:
        schedule({**written, "seal": _seal(written)})
    assert str(refused.value).startswith(says)


DEEP = b'{"form": "slaengine schedule 1", "x": %s}'


@pytest.mark.parametrize("deep", [100_000 * b"[", *(DEEP % (n * b"[" + n * b"]") for n in (100, 900, 100_000))])
def test_a_file_that_is_nested_too_deeply_is_refused(deep: bytes, tmp_path: Path) -> None:
    (tmp_path / "office.json").write_bytes(deep)
    with pytest.raises(InputError, match=r"office\.json: is nested too deeply"):
        read_schedule(tmp_path / "office.json")


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{", b"\xff\xfe\x00"])
def test_what_is_no_such_file_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "office.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"office\.json: "):
        read_schedule(path)


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name a file that can be written"):
        write_schedule(OFFICE, tmp_path / "nowhere" / "office.json")


# What the installed packages say by now -------------------------------------------------------------------------------


def as_of_another_time(made: Schedule) -> Schedule:
    """As it would have been frozen with other data: a holiday more and one less, a change elsewhere, two missing."""
    days = sorted({*made.plan.holidays, date(2026, 3, 9)} - {date(2026, 10, 3)})
    kept = [it for it in made.plan.offsets if not 2028 <= datetime.fromtimestamp(it.since, UTC).year < 2029]
    first = next(n for n, it in enumerate(kept) if datetime.fromtimestamp(it.since, UTC).year == 2027)
    kept[first] = Offset(kept[first].since + 7 * 86_400, kept[first].ahead)
    plan = but(made.plan, holidays=tuple(days), offsets=tuple(kept))
    return Schedule.of_plan(made.zone, plan, name=made.name, origin=made.origin)


OLD = as_of_another_time(OFFICE)


def test_what_would_now_be_different_is_said_in_words() -> None:
    assert OLD.drift() == (
        "2026-10-03 is a holiday now",
        "2026-03-09 is no holiday any more",
        "Europe/Berlin: the change to UTC+02:00 at 2027-04-04T01:00:00Z happens at 2027-03-28T01:00:00Z",
        "Europe/Berlin: a change to UTC+02:00 happens at 2028-03-26T01:00:00Z",
        "Europe/Berlin: a change to UTC+01:00 happens at 2028-10-29T01:00:00Z",
    )


def test_the_frozen_ones_are_used_and_answers_are_in_the_clock_of_then(tmp_path: Path) -> None:
    path = tmp_path / "office.json"
    write_schedule(OLD, path)
    with pytest.warns(DriftWarning):
        read = read_schedule(path)
    assert read == OLD
    assert isinstance(read.calendar.zone, FrozenZone)
    assert read.next_open("2028-07-03T00:00Z").isoformat() == "2028-07-03T09:00:00+01:00"
    assert OFFICE.next_open("2028-07-03T00:00Z").isoformat() == "2028-07-03T09:00:00+02:00"
    assert read.elapsed("2026-03-09T00:00Z", "2026-03-10T00:00Z") == timedelta(0)


@pytest.mark.parametrize("made", [OFFICE, MAINTENANCE], ids=["office", "maintenance"])
def test_a_zone_is_looked_at_once_where_nothing_drifted(
    made: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def counted(zone: ZoneInfo, years: Years) -> Offsets:
        looked.append(zone.key)
        return zone_offsets(zone, years)

    write_schedule(made, tmp_path / "frozen.json")
    monkeypatch.setattr("slaengine.policies.schedule.zone_offsets", counted)
    assert read_schedule(tmp_path / "frozen.json").drift() == ()
    assert looked == ["Europe/Berlin"]


def test_that_they_differ_is_said_once_and_in_short(tmp_path: Path) -> None:
    path = tmp_path / "office.json"
    write_schedule(OLD, path)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        read = read_schedule(path)
        read.is_open("2026-03-09T00:00Z")
    (warning,) = said
    assert warning.category is DriftWarning
    assert str(warning.message).startswith(
        f"{path}: the frozen hours are used, but by now: 2026-10-03 is a holiday now; "
    )
    assert str(warning.message).endswith("; and 2 more")
    assert warning.filename == __file__


def test_the_new_ones_are_taken_by_an_amendment() -> None:
    amended = OLD.amended(OLD.refreshed(), effective_from="2026-06-01T00:00+02:00")
    assert OLD.refreshed() == OFFICE
    assert not amended.is_open("2026-03-09T10:00Z")  # a holiday in the frozen ones
    assert amended.next_open("2028-07-03T00:00Z").isoformat() == "2028-07-03T09:00:00+02:00"


def test_a_zone_or_a_country_that_is_not_installed_any_more_drifts_and_works() -> None:
    plan = OFFICE.plan
    gone = Schedule.of_plan("Europe/Atlantis", plan, origin=but(OFFICE.origin, holidays=("XX",)))
    assert gone.calendar == OFFICE.calendar
    assert [it.partition(":")[0] for it in gone.drift()] == ["unknown zone 'Europe/Atlantis'", "unknown holidays 'XX'"]
    assert gone.next_open("2026-06-15T00:00Z").isoformat() == "2026-06-15T09:00:00+02:00"


def test_windows_that_a_rule_would_now_put_elsewhere_are_named() -> None:
    moved = tuple(it for it in MAINTENANCE.plan.special_hours if it[0] != date(2026, 5, 9))
    other = Schedule.of_plan("Europe/Berlin", but(MAINTENANCE.plan, special_hours=moved), origin=MAINTENANCE.origin)
    assert other.drift() == ("the rule's windows of 2026-05-09 are others",)
