"""Times as logs write them -> instants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from attrs import frozen

from slaengine.codec.stored import EARLIEST, LATEST
from slaengine.errors import InputError
from slaengine.instants import Instant, instant

ISO = "iso"
_YEARS = ("%Y", "%y", "%G", "%c", "%x")
_PROBE = datetime(2024, 11, 23)  # noqa: DTZ001  # no month is the 23rd, so that a form without a date shows


@frozen
class TimeFormat:
    """How a log writes times.

    forms: "iso" (ISO 8601) or forms of `datetime.strptime`, tried in their order. zone: in which times without an
    offset are meant; where a clock that is set back repeats an hour, its first pass.
    """

    forms: tuple[str, ...] = (ISO,)
    zone: ZoneInfo | None = None

    def read(self, text: str) -> Instant:
        """The instant of a text. Raises InputError that says what is wrong with it."""
        moment = next(filter(None, (_parsed(text, form) for form in self.forms)), None)
        if moment is None:
            raise InputError(f"no time of the form {' or '.join(map(repr, self.forms))}")
        if moment.tzinfo is None and self.zone is None:
            raise InputError("no offset from UTC: name the zone in the mapping")
        found = instant(moment if moment.tzinfo else moment.replace(tzinfo=self.zone))
        if not EARLIEST <= found <= LATEST:
            raise InputError("lies outside the years 1 to 9999 of UTC")
        return found

    def faults(self) -> Iterator[str]:
        """What is wrong with the forms, each with the key that holds it."""
        for form in self.forms:
            if form == ISO or "%z" in form:
                continue
            if not any(year in form for year in _YEARS) or not _reads_a_date(form):
                yield f"format: {form!r} reads no date: write 'iso' or a form of strptime, as in '%d/%m/%Y %H:%M'"
            elif self.zone is None:
                yield f"zone: is missing: {form!r} holds no offset from UTC"


def _reads_a_date(form: str) -> bool:
    read = _parsed(_PROBE.strftime(form), form)
    return read is not None and read.date() == _PROBE.date()


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if form == ISO else datetime.strptime(text, form)  # noqa: DTZ007  # see zone
    except ValueError:
        return None
