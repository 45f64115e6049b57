"""A long comparison of `Case(...).clocks` with the walk: `python -m tests.clocks.deep --events 1000000 --seed 1`.

The same tickets and agreements as in `test_machine.py`, from one seed, without what Hypothesis costs.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from random import Random

from tests.clocks import random_tickets, translated
from tests.clocks.brute.facts import Plain
from tests.clocks.brute.walk import clocks

TICKETS_A_BOOK = 40
READINGS_A_TICKET = 2
SHOWN = 5


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    return compare(given.events, given.seed)


def compare(events: int, seed: int) -> int:
    """Tickets until so many events were read. The number of tickets that differ, with the first of them printed."""
    rng, began = Random(seed), time.monotonic()
    hours = random_tickets.all_hours()
    read = tickets = compared = differing = 0
    while read < events:
        agreements = random_tickets.book(rng)
        book = translated.book(agreements)
        for _ in range(TICKETS_A_BOOK):
            told = random_tickets.ticket(rng)
            records = [translated.recorded(it) for it in told]
            found: list[str] = []
            for _ in range(READINGS_A_TICKET):
                as_of, known_at = random_tickets.instants(rng, told)
                walked = clocks(told, agreements, hours, as_of, known_at)
                compared += len(walked or ())
                found += translated.differences(translated.read(records, book, as_of, known_at), walked)
            differing += bool(found)
            read, tickets = read + len(told), tickets + 1
            if found and differing <= SHOWN:
                show(tickets, told, found)
        progress(read, events)
    took = time.monotonic() - began
    print(
        f"seed {seed}: {read} events of {tickets} tickets, {compared} clocks compared in {took:.0f} s, "
        f"{differing} tickets differ"
    )
    return differing


def show(number: int, told: Sequence[Plain], found: Sequence[str]) -> None:
    print(f"ticket {number}", *found, *(f"    {it}" for it in told), sep="\n  ", flush=True)


def progress(read: int, events: int) -> None:
    if sys.stdout.isatty():
        print(f"{read} of {events} events", end="\r", flush=True)


if __name__ == "__main__":
    sys.exit(bool(main()))
