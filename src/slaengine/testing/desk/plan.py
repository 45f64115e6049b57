"""How large a simulated desk is, how busy, and who in it games: all that a simulation is a function of."""

from __future__ import annotations

from attrs import field, frozen

from slaengine.errors import InputError

LEVELS = ("blatant", "moderate", "subtle")
"""Blatant acts lie inside the thresholds of the definitions, moderate ones straddle them, subtle ones lie beyond."""

KINDS = (
    "deadline_handoff",
    "bounce_churn",
    "premature_resolve",
    "close_reopen_churn",
    "stop_clock",
    "priority_downgrade",
    "recategorise",
    "empty_response",
    "clone_reset",
    "split",
    "bulk_close",
    "post_breach_neglect",
    "backdating",
    "cherry_pick",
    "hoard_and_drop",
    "period_end_dump",
    "near_deadline_surge",
)
"""What can be planted; the last four are told of persons, not of tickets."""

TICKETS_A_WEEK = 12.0
"""What one person gets done at a load of 1."""

FEWEST_STAFF = 28
LONGEST = 52


@frozen(kw_only=True)
class Plan:
    """What a simulation is a function of: the same plan gives the same bytes on every machine.

    tickets: 1 to 10 million. weeks: 1 to 52; by default as many as a staff of about a hundred needs. load: how busy
    people are; 1 is a desk that keeps most promises, 1.4 one that cannot, honest as it may be. gamers: the share of
    the staff who game, 0 to 1. kinds: what is planted.

    Raises InputError for what lies beyond.
    """

    tickets: int = 3000
    seed: int = 2025
    weeks: int = field()
    load: float = 1.0
    gamers: float = 0.18
    kinds: tuple[str, ...] = KINDS

    @weeks.default
    def _weeks(self) -> int:
        return max(2, min(LONGEST, round(self.tickets / (100 * TICKETS_A_WEEK))))

    def __attrs_post_init__(self) -> None:
        for faulty in self._faults():
            raise InputError(faulty)

    def _faults(self) -> list[str]:
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        faults = {
            f"tickets = {self.tickets}: a desk has 1 to 10000000": not 1 <= self.tickets <= 10_000_000,
            f"weeks = {self.weeks}: a desk is simulated for 1 to {LONGEST}": not 1 <= self.weeks <= LONGEST,
            f"load = {self.load}: give 0.1 to 5, of which 1 is an ordinary desk": not 0.1 <= self.load <= 5,
            f"gamers = {self.gamers}: give a share from 0 to 1": not 0 <= self.gamers <= 1,
            f"kinds = {unknown}: unknown; there are {', '.join(KINDS)}": bool(unknown),
        }
        return [fault for fault, holds in faults.items() if holds]

    @property
    def staff(self) -> int:
        """How many people the desk has."""
        return max(FEWEST_STAFF, round(self.tickets / (self.weeks * TICKETS_A_WEEK * self.load)))
