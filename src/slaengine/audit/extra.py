"""The one place where what needs numpy is imported, and only when it is asked for."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from slaengine.errors import MissingExtra
from slaengine.policies.calendar import Hours

if TYPE_CHECKING:
    from slaengine.audit.batch import BatchTime


def batch(calendar: Hours) -> BatchTime:
    """A calendar that is asked with whole arrays of instants and durations: see BatchTime.

    Raises MissingExtra without numpy, which the extra `audit` brings.
    """
    if find_spec("numpy") is None:
        raise MissingExtra("numpy", "audit")
    from slaengine.audit.batch import BatchTime

    return BatchTime(calendar)
