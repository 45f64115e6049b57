"""Ids of records: text that sorts by time, since an index grows much faster in order than at random."""

from __future__ import annotations

import secrets
from uuid import UUID

from slaengine.instants import Instant

_VERSION_7 = 7 << 76
_VARIANT = 0b10 << 62
_SPACE = 2**61  # half of the 62 random bits, so that counting on from any start never overflows


def new_ids(at: Instant, count: int) -> list[str]:
    """So many UUIDs of version 7, in rising order, later ones for later instants, to the microsecond.

    The twelve bits after the millisecond hold its fraction (RFC 9562, section 6.2, method 3); ids of one call count on.
    """
    milliseconds, microseconds = divmod(at, 1000)
    head = (milliseconds % 2**48) << 80 | _VERSION_7 | (microseconds * 4096 // 1000) << 64 | _VARIANT
    start = secrets.randbelow(_SPACE)
    return [str(UUID(int=head | start + n)) for n in range(count)]
