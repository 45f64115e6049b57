"""Rows of a benchmark: the same work by different means, interleaved, in CPU time."""

from collections.abc import Callable, Mapping
from statistics import median
from time import process_time

from attrs import frozen


@frozen
class Row:
    """One piece of work beside one peer, which is a floor where `at_most` is the goal."""

    work: str
    seconds: float  # CPU per operation
    peer: str
    peer_seconds: float | None = None  # None where the peer is absent or answers otherwise; `note` says which
    at_least: float | None = None  # so many times as fast as the peer
    at_most: float | None = None  # so many times the cost of the floor
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times faster than the peer, or dearer than the floor."""
        if self.peer_seconds is None:
            return None
        return self.seconds / self.peer_seconds if self.at_most is not None else self.peer_seconds / self.seconds

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; None where there is no ratio or no goal."""
        if self.ratio is None or (self.at_least is None and self.at_most is None):
            return None
        return self.ratio <= self.at_most if self.at_most is not None else self.ratio >= (self.at_least or 0)


def paired(rows: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """The median CPU seconds of each row over so many rounds. Each round runs every row once, so that all of them share
    whatever else the machine does."""
    taken: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(repeats):
        for name, work in rows.items():
            taken[name].append(cpu_seconds(work))
    return {name: median(seconds) for name, seconds in taken.items()}


def cpu_seconds(work: Callable[[], object]) -> float:
    """The CPU time of one run."""
    start = process_time()
    work()
    return process_time() - start
