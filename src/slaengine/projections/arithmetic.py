"""The arithmetic of the rules: integers in, integers out. One truth, whoever carries it out."""

from __future__ import annotations

from math import gcd

from slaengine.instants import Duration
from slaengine.policies.target import Reopen, Retarget


def after_reopening(rule: Reopen, used: Duration, closed: Duration) -> Duration:
    """What is charged to a clock that lives again after so much open time between fulfilled and reopened."""
    return used + closed if rule is Reopen.INCLUDE_CLOSED else used


def after_retarget(rule: Retarget, used: Duration, remeasured: Duration, ratio: tuple[int, int]) -> Duration:
    """What is charged to a clock when other terms come into force."""
    match rule:
        case Retarget.FROM_START:
            return remeasured
        case Retarget.PROPORTION:
            return scaled(used, *ratio)
        case _:
            return used


def share(old: Duration, new: Duration) -> tuple[int, int]:
    """New over old, reduced, so that 64 bits can carry the product."""
    divisor = gcd(old, new)
    return new // divisor, old // divisor


def scaled(used: Duration, new: int, old: int) -> Duration:
    """used * new / old, rounded down."""
    whole = used // old
    return whole * new + (used - whole * old) * new // old
