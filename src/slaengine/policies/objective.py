"""What a contract promises over a period: a share of a target's clocks, and what it costs to miss it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from slaengine.errors import AgreementError
from slaengine.policies.looked_up import zone_named
from slaengine.policies.rules import Rule, Where, never
from slaengine.policies.words import Word


class Period(Word):
    """How long a period is; it begins at a local midnight. Weeks begin on Monday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class CountedBy(Word):
    """Which instant of a clock decides to which period it belongs."""

    VERDICT = "verdict"  # the stop, or the breach if that was earlier
    OPENED = "opened"
    CLOSED = "closed"


@frozen
class Credit:
    """A share below which the desk owes so many percent of the fee."""

    below: float
    percent: float


def _credits(given: Iterable[Credit]) -> tuple[Credit, ...]:
    return tuple(sorted(given, key=lambda credit: -credit.below))


@frozen(kw_only=True)
class Objective:
    """So large a share of a target's clocks is met in each period.

    - target: its name. share: 0.95 for 95 %.
    - where: the clocks that count, by the situation in which their verdict fell; excluding: those that do not.
    - minimum: with fewer decided clocks nothing is judged.
    - zone: whose midnights begin the periods; None: that of the target's calendar.
    - credits: in steps; the lowest that was reached is due.

    Raises AgreementError, naming all mistakes.
    """

    target: str
    share: float
    period: Period = field(default=Period.MONTH, converter=Period)
    where: Rule = field(factory=Where)
    excluding: Rule = never
    minimum: int = 0
    counted_by: CountedBy = field(default=CountedBy.VERDICT, converter=CountedBy)
    zone: str | None = None
    credits: tuple[Credit, ...] = field(default=(), converter=_credits)
    name: str = ""

    def __attrs_post_init__(self) -> None:
        if faults := list(self._faults()):
            raise AgreementError(faults)

    def _faults(self) -> Iterator[str]:
        if not 0 < self.share <= 1:
            yield f"an objective of {self.share:g} is no share: write 0.95 for 95 %"
        if self.minimum < 0:
            yield f"a minimum of {self.minimum} clocks is none: write 0 or more"
        for credit in self.credits:
            if not 0 < credit.below <= self.share:
                yield f"a credit below {credit.below:g} is due while the objective is met, or never: write less"
            if not 0 < credit.percent <= 100:
                yield f"a credit of {credit.percent:g} % is none: write more than 0 and at most 100"
        if self.zone is not None:
            unknown: list[str] = []
            zone_named(self.zone, unknown)
            yield from unknown

    def __str__(self) -> str:
        return self.name or f"{self.share:.4%} of {self.target} a {self.period}".replace(".0000%", " %")
