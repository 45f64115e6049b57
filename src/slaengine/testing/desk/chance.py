"""Seeded draws that are the same on every Python: all of them come from `Random.random`, by plain arithmetic."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

# Of what takes people time: its tenths from the quickest to the slowest, as multiples of the median. A table and no
# exponential, whose last digit differs between machines.
_TENTHS = (0.05, 0.25, 0.42, 0.6, 0.8, 1.0, 1.25, 1.6, 2.1, 3.1, 6.5)


class Chance:
    """One stream of draws."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def happens(self, share: float) -> bool:
        """True in such a share of cases."""
        return self._random() < share

    def between(self, low: float, high: float) -> float:
        """low <= x < high, evenly."""
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """low <= n <= high, evenly."""
        return low + int((high - low + 1) * self._random())

    def one_of(self, options: Sequence[T]) -> T:
        """Any of them, evenly."""
        return options[self.whole(0, len(options) - 1)]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says."""
        left = self._random() * sum(weights.values())
        for option, weight in weights.items():
            left -= weight
            if left < 0:
                return option
        return next(reversed(list(weights)))

    def skewed(self, median: float) -> float:
        """Mostly near the median, sometimes much more: how long people take."""
        tenth, rest = divmod(self._random() * (len(_TENTHS) - 1), 1)
        low, high = _TENTHS[int(tenth)], _TENTHS[int(tenth) + 1]
        return median * (low + (high - low) * rest)
