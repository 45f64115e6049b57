"""A long comparison of `Case(...).clocks` with the walk: `python -m tests.clocks.deep --events 1000000 --seed 1`.

The same tickets and agreements as in `test_machine.py`, from one seed, without what Hypothesis costs.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from slaengine.policies.book import Book
from tests.clocks import random_tickets, translated
from tests.clocks.brute.facts import Plain
from tests.clocks.brute.hours import Hours
from tests.clocks.brute.walk import clocks

TICKETS_A_BOOK = 40
READINGS_A_TICKET = 2
SHOWN = 5


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--book", type=int, default=0, help="the first of the seed's books to read")
    given = parser.parse_args(arguments)
    return compare(given.events, given.seed, given.book)


def compare(events: int, seed: int, book: int = 0) -> int:
    """Tickets until so many events were read. The number of tickets that differ, with the first of them printed."""
    began = time.monotonic()
    read = tickets = compared = differing = 0
    while read < events:
        rng = Random(f"{seed}/{book}")
        agreements = random_tickets.book(rng)
        desk = Desk(agreements, translated.book(agreements), random_tickets.all_hours())
        for _ in range(TICKETS_A_BOOK):
            told = random_tickets.ticket(rng)
            clocks_of_it, found = differences(rng, told, desk)
            read, tickets = read + len(told), tickets + 1
            compared, differing = compared + clocks_of_it, differing + bool(found)
            if found and differing <= SHOWN:
                show(book, told, found)
        progress(read, events)
        book += 1
    took = time.monotonic() - began
    print(
        f"seed {seed}: {read} events of {tickets} tickets, {compared} clocks compared in {took:.0f} s, "
        f"{differing} tickets differ"
    )
    return differing


@dataclass(frozen=True)
class Desk:
    """The same agreements and calendars twice: plain, and as the package has them."""

    agreements: Sequence[Plain]
    book: Book
    hours: Mapping[str, Hours]


@cache
def desk(seed: int) -> Desk:
    """A random desk. All have the same calendars."""
    agreements = random_tickets.book(Random(seed))
    return Desk(agreements, translated.book(agreements), random_tickets.all_hours())


def differences(rng: Random, told: Sequence[Plain], desk: Desk) -> tuple[int, list[str]]:
    """How many clocks were compared, and in what they differ: at some instant, then where something is due in it."""
    records = [translated.recorded(it) for it in told]
    found: list[str] = []
    edges: list[int] = []
    compared = 0
    for _ in range(READINGS_A_TICKET):
        as_of, known_at = random_tickets.instants(rng, told, edges)
        walked = clocks(told, desk.agreements, desk.hours, as_of, known_at)
        found += translated.differences(translated.read(records, desk.book, as_of, known_at), walked)
        edges = [t for it in walked or () for t in (it.breached_at, it.promise) if t is not None]
        compared += len(walked or ())
    return compared, found


def show(book: int, told: Sequence[Plain], found: Sequence[str]) -> None:
    print(f"book {book}", *found, *(f"    {it}" for it in told), sep="\n  ", flush=True)


def progress(read: int, events: int) -> None:
    if sys.stdout.isatty():
        print(f"{read} of {events} events", end="\r", flush=True)


if __name__ == "__main__":
    sys.exit(bool(main()))
