"""What agreement.json of a desk promises: each agreement on each calendar of a customer who has it, as a book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen

import slaengine as sla
from slaengine.importers.reading import lines
from tests.conformance.sla_policy import REOPEN, RETARGET, calendar, chosen

Given: TypeAlias = Mapping[str, Any]

OVER = sla.Where(phase=("resolved", "closed", "cancelled"))
"""Nothing is awaited any more. A cancelled ticket is judged as if it were resolved then."""


@frozen
class Promises:
    """The agreements of a desk, and the instant at which its clocks are read."""

    book: sla.Book
    names: Mapping[str, str]  # of agreements, by their ids in the book
    calendars: Mapping[str, str]  # of each customer
    cutoff: sla.Instant

    def named(self, agreement: str, customer: str | None) -> str:
        """The id in the book of an agreement on a customer's calendar. Raises InputError where there is none."""
        if customer is None or customer not in self.calendars:
            raise sla.InputError(f"customer {customer!r} has an agreement and, in agreement.json, no calendar")
        found = _id(agreement, self.calendars[customer])
        if found not in self.names:
            raise sla.InputError(f"agreement {agreement!r} is not in agreement.json")
        return found


def read_promises(path: Path) -> Promises:
    """Raises InputError, which quotes the path, for what cannot be read, and for what is missing."""
    try:
        given = json.loads("".join(lines(path)))
        return _promises(given)
    except sla.InputError:
        raise
    except KeyError as error:
        raise sla.InputError(f"{path}: has no {error}") from None
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        raise sla.InputError(f"{path}: {error}") from None


def _promises(given: Given) -> Promises:
    calendars = {name: calendar(it) for name, it in given["calendars"].items()}
    customers = {name: str(it["calendar"]) for name, it in given["customers"].items()}
    pairs = [(name, on) for name in given["agreements"] for on in dict.fromkeys(customers.values())]
    return Promises(
        book=sla.Book([_agreement(name, on, calendars[on], given) for name, on in pairs]),
        names={_id(name, on): name for name, on in pairs},
        calendars=customers,
        cutoff=sla.instant(given["cutoff"]),
    )


def _id(agreement: str, on: str) -> str:
    return f"{agreement} on {on}"


def _agreement(name: str, on: str, hours: sla.Calendar, given: Given) -> sla.Agreement:
    budgets, version = given["agreements"][name], str(given.get("version", "1"))
    targets = [_response(budgets["response_minutes"], hours, given), _resolution(budgets, hours, given)]
    return sla.Agreement(id=_id(name, on), version=version, targets=targets)


def _response(minutes: Given, hours: sla.Calendar, given: Given) -> sla.Target:
    """Never paused; over for good once the ticket is, answered or not."""
    fulfilled = sla.AnyOf(sla.Where(responded=True), OVER)
    return sla.first_response(_budgets(minutes), calendar=hours, fulfilled=fulfilled, retarget=_retarget(given))


def _resolution(budgets: Given, hours: sla.Calendar, given: Given) -> sla.Target:
    """The factor of a category multiplies the budget of every priority."""
    minutes, factors = budgets["resolution_minutes"], given.get("resolution_factor_by_category") or {}
    return sla.resolution(
        _budgets(minutes),
        calendar=hours,
        overrides=[(sla.Where(category=category), _budgets(minutes, factor)) for category, factor in factors.items()],
        pauses=sla.Where(status=given["pause_statuses"]) if given["pause_statuses"] else sla.AnyOf(),
        fulfilled=OVER,
        reopen=chosen("reopen", given["reopen"], REOPEN),
        retarget=_retarget(given),
    )


def _retarget(given: Given) -> sla.Retarget:
    found: sla.Retarget = chosen("retarget", given["retarget"], RETARGET)
    return found


def _budgets(minutes: Given, factor: float = 1) -> dict[str, sla.Duration]:
    """By priority, exactly: 1.1 times 330 minutes are 363."""
    return {priority: int(_exact(n) * _exact(factor) * sla.minutes(1)) for priority, n in minutes.items()}


def _exact(number: float) -> Fraction:
    return Fraction(str(number))
