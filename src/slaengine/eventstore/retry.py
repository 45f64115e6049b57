"""Optimistic concurrency: whoever was too slow looks again. The waits are bounded, and chance keeps writers apart."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from time import sleep
from typing import TypeVar

from slaengine.errors import ConcurrencyError

T = TypeVar("T")

ATTEMPTS = 20
SHORTEST, LONGEST = 0.001, 0.1  # seconds: the bounds of the first wait and of the last ones


def attempted(attempt: Callable[[], T], *, again_on: type[Exception] = ConcurrencyError) -> T:
    """What the attempt gives, tried ATTEMPTS times while it raises that error; then the error."""
    for pause in pauses():
        try:
            return attempt()
        except again_on:
            sleep(pause)
    return attempt()


def pauses() -> Iterator[float]:
    """The seconds to wait between attempts: anything up to a bound that doubles."""
    for n in range(ATTEMPTS - 1):
        yield random.uniform(0, min(LONGEST, SHORTEST * 2**n))  # noqa: S311 - it guards nothing
