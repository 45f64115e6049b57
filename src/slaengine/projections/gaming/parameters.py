"""What a host may tune in its agreement file, with the defaults of the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

from attrs import fields, frozen

from slaengine.errors import AgreementError
from slaengine.instants import HOUR, MINUTE, Duration
from slaengine.policies.agreement import Agreement


@frozen(kw_only=True)
class Near:
    """When little is left of a limit: a share of it, at least the floor, at most the cap, never more than half of it.

    near: share of the limit. floor_minutes, cap_hours: open time.
    """

    near: float = 0.12
    floor_minutes: float = 15
    cap_hours: float = 8

    def window(self, limit: Duration) -> Duration:
        """How much may be left of a limit for the deadline to be near."""
        wide = max(round(limit * self.near), round(self.floor_minutes * MINUTE))
        return min(wide, round(self.cap_hours * HOUR), limit // 2)

    def holds(self, left: Duration, limit: Duration) -> bool:
        """Whether the deadline is near, and not yet past."""
        return 0 < left <= self.window(limit)


@frozen(kw_only=True)
class Handoff(Near):
    """note_length: a shorter note, in characters, says nothing to whoever takes over."""

    note_length: float = 30


@frozen(kw_only=True)
class Churn(Near):
    """times: so many closings undone by staff are too many in one clock."""

    times: float = 2


DETECTORS: Mapping[str, type[Near]] = {"deadline_handoff": Handoff, "close_reopen_churn": Churn}
"""The detectors that an agreement file can tune."""

_MOST = 1_000_000  # of hours, minutes, characters or times: more than a century of them is a slip of the pen


def parameters(agreement: Agreement, detector: str) -> Any:
    """The parameters of a detector under an agreement. Raises AgreementError for names and values that cannot be."""
    given = agreement.detectors.get(detector, {})
    kind = DETECTORS[detector]
    known = [attribute.name for attribute in fields(kind)]
    if unknown := sorted(given.keys() - {*known}):
        raise AgreementError([f"detectors.{detector}.{unknown[0]}: unknown; known are {', '.join(known)}"])
    if faults := [fault for name, value in given.items() for fault in _faults(f"detectors.{detector}", name, value)]:
        raise AgreementError(faults)
    return kind(**given)


def bounds(name: str) -> tuple[int, int]:
    """The least and the greatest value that a parameter may have."""
    return (1 if name == "times" else 0), (1 if name == "near" else _MOST)


def _faults(path: str, name: str, value: float) -> Iterator[str]:
    least, most = bounds(name)
    if not least <= value < inf:
        yield f"{path}.{name}: {value!r}: write a number of at least {least}"
    elif value > most:
        yield f"{path}.{name}: {value!r}: write a number of at most {most}"


def check(agreement: Agreement) -> None:
    """Raises AgreementError, naming all mistakes, for detectors or parameters that there are not."""
    faults = [
        f"detectors.{name}: unknown; known are {', '.join(DETECTORS)}"
        for name in agreement.detectors
        if name not in DETECTORS
    ]
    for name in DETECTORS.keys() & agreement.detectors.keys():
        try:
            parameters(agreement, name)
        except AgreementError as error:
            faults += error.faults
    if faults:
        raise AgreementError(faults)
