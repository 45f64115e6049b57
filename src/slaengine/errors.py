"""Everything that slaengine raises, as one tree::

    SlaError
    ├── InstantError (ValueError)      a moment or a length of time that cannot be meant: naive, unreadable, negative
    ├── ScheduleError (ValueError)     hours that cannot be meant; `faults` names them all
    ├── HorizonError (LookupError)     an answer beyond the years of a calendar
    ├── AgreementError (ValueError)    a promise that cannot be kept or measured; `faults` names them all, with paths
    ├── UnlawfulEvent (ValueError)     an event that cannot follow the situation it meets
    ├── InputError (ValueError)        a log, mapping or command line that cannot be used; says where and what to do
    │   └── UnknownEventType (LookupError)   an event whose type no registry knows
    ├── StoreError (RuntimeError)      an event store that cannot be read or written
    │   └── ConcurrencyError           another writer was faster, and went on being so
    ├── MissingExtra (ImportError)     an optional package is needed; says which extra brings it
    └── LawBroken (AssertionError)     a rule of a host's own that breaks a law; says which, and shows a small example

Catch SlaError to catch them all. DriftWarning (UserWarning) is no error: what is frozen goes on as it was frozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slaengine.domain.events import TicketEvent
    from slaengine.domain.situation import Situation


class SlaError(Exception):
    """The root: catch it to catch everything that slaengine raises."""


class InstantError(SlaError, ValueError):
    """A moment or a length of time that cannot be meant."""


class _Faults(SlaError, ValueError):
    """Several mistakes, all reported at once."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class ScheduleError(_Faults):
    """Hours that cannot be meant. Raised when they are defined, never when they are used."""


class HorizonError(SlaError, LookupError):
    """An answer that lies beyond the years of a calendar."""


class AgreementError(_Faults):
    """A promise that cannot be kept or measured. Raised when it is defined."""


class UnlawfulEvent(SlaError, ValueError):
    """An event that has no reading after the situation it meets."""

    def __init__(self, message: str, *, event: TicketEvent, situation: Situation | None) -> None:
        super().__init__(message)
        self.event = event
        self.situation = situation


class InputError(SlaError, ValueError):
    """Input that cannot be used: the message quotes the value, says where it stands and what to do.

    field, value: what is wrong in a record, where one field is; else None.
    """

    def __init__(self, message: str, *, field: str | None = None, value: object = None) -> None:
        super().__init__(message)
        self.field = field
        self.value = None if value is None else str(value)


class UnknownEventType(InputError, LookupError):
    """An event type that is not in the registry. An audit never skips one in silence."""


class StoreError(SlaError, RuntimeError):
    """An event store that cannot be read or written."""


class ConcurrencyError(StoreError):
    """Other writers changed the stream at every attempt."""


class MissingExtra(SlaError, ImportError):
    """An optional package is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed: pip install 'slaengine[{extra}]'")
        self.package = package
        self.extra = extra


class LawBroken(SlaError, AssertionError):
    """A rule, calendar, agreement or detector breaks a law: the message names the law and shows a small example.

    law: the sentence that does not hold. example: the example as a person reads it.
    """

    def __init__(self, message: str, *, law: str, example: str = "") -> None:
        super().__init__(message)
        self.law = law
        self.example = example


class DriftWarning(UserWarning):
    """A frozen schedule differs from what the installed zones and holidays say by now. The frozen one is used."""
