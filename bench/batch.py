"""Business time in columns of a million integers, beside one plain searchsorted per instant and the scalar loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from bench.calendar import OFFICE
from bench.timing import Row, paired
from slaengine.audit.extra import batch
from slaengine.errors import MissingExtra
from slaengine.instants import DAY, HOUR

if TYPE_CHECKING:
    from slaengine.audit.batch import BatchTime

MANY = 1_000_000
ONE_BY_ONE = 20_000  # of the loop, which is slow
REPEATS = 7


def rows() -> Iterator[Row]:
    """The rows of this benchmark, for `python -m bench`."""
    try:
        columns = batch(OFFICE)
    except MissingExtra as error:
        yield Row("calendar, columns", 0.0, "", note=str(error))
        return
    yield from _measured(columns)


def _measured(columns: BatchTime) -> Iterator[Row]:
    import numpy as np

    open_time = OFFICE.calendar.open_time
    chance = np.random.default_rng(11)
    starts = chance.integers(open_time.low + 365 * DAY, open_time.low + 10 * 365 * DAY, MANY)
    ends = starts + chance.integers(0, 56 * DAY, MANY)
    lengths = chance.integers(1, 41, MANY) * HOUR
    opens = np.array([start for start, _ in open_time.source(open_time.low, open_time.high)])
    work = {
        "elapsed": (columns.elapsed, open_time.elapsed, starts, ends),
        "due": (columns.due, open_time.due, starts, lengths),
        "breach": (columns.breach, open_time.breach, starts, lengths),
        "subtract": (columns.subtract, open_time.subtract, ends, lengths),
    }
    some = Random(11).sample(range(MANY), ONE_BY_ONE)
    asked = {name: [(int(one[n]), int(other[n])) for n in some] for name, (_, _, one, other) in work.items()}
    loops = {f"{name} loop": partial(_loop, scalar, asked[name]) for name, (_, scalar, _, _) in work.items()}
    whole = {name: partial(ask, one, other) for name, (ask, _, one, other) in work.items()}
    same = {name: asked_at_once()[some].tolist() == loops[f"{name} loop"]() for name, asked_at_once in whole.items()}
    medians = paired(
        {
            "searchsorted": lambda: np.searchsorted(opens, starts, side="right"),
            "is_open": lambda: columns.is_open(starts),
            **whole,
            **loops,
        },
        REPEATS,
    )
    floor = medians["searchsorted"] / MANY
    yield Row("calendar is_open, columns", medians["is_open"] / MANY, "searchsorted", floor, at_least=1)
    for name in work:
        seconds, loop = medians[name] / MANY, medians[f"{name} loop"] / ONE_BY_ONE
        yield Row(f"calendar {name}, columns", seconds, "searchsorted", floor, at_least=1)
        note = "" if same[name] else "answers differ"
        yield Row(f"calendar {name}, columns", seconds, "the scalar loop", loop if same[name] else None, note=note)


def _loop(ask: Callable[[int, int], int], asked: list[tuple[int, int]]) -> list[int]:
    return [ask(one, other) for one, other in asked]
