"""Several writers and one ticket: nothing is lost, doubled or half done, also when a writer is killed."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import sleep

import pytest

from slaengine.domain import events as e
from slaengine.domain.decisions import Decision, assign, open_ticket
from slaengine.domain.ticket import Ticket
from slaengine.errors import ConcurrencyError
from slaengine.eventstore import retry
from slaengine.eventstore.desk import Desk
from slaengine.instants import Instant

WRITER = """
import sys
from slaengine.domain.events import Opened, Worked
from slaengine.eventstore.desk import Desk

def work(ticket, at):
    return (Worked(occurred_at=at, minutes=1), Worked(occurred_at=at, minutes=2))

def opening(ticket, at):
    return () if ticket else (Opened(occurred_at=at),)

path, count = sys.argv[1], int(sys.argv[2])
with Desk(path) as desk:
    desk.do("T-1", opening)
    for _ in range(count):
        print(desk.do("T-1", work)[-1].version, flush=True)
"""


def writer(path: Path, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(count)], stdout=subprocess.PIPE, text=True)


def work(ticket: Ticket | None, at: Instant) -> tuple[e.Worked, ...]:
    return (e.Worked(occurred_at=at, minutes=1),)


def test_whoever_was_too_slow_looks_again(path: Path, clock: Callable[[], Instant]) -> None:
    with Desk(path, clock=clock) as one, Desk(path, clock=clock) as other:
        one.do("T-1", open_ticket())
        looks: list[str | None] = []

        def slow(ticket: Ticket | None, at: Instant) -> tuple[e.TicketEvent, ...]:
            looks.append(ticket.owner if ticket else None)
            if len(looks) == 1:
                other.do("T-1", assign(to="ben"))
            return assign(to="ana")(ticket, at)

        (record,) = one.do("T-1", slow)
        assert looks == [None, "ben"]
        assert isinstance(record.event, e.Reassigned)
        assert record.version == 3


def test_whoever_is_always_too_slow_is_told_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "LONGEST", 0.0)
    with Desk(path) as one, Desk(path) as other:
        one.do("T-1", open_ticket())

        def never(ticket: Ticket | None, at: Instant) -> tuple[e.TicketEvent, ...]:
            other.do("T-1", work)
            return work(ticket, at)

        with pytest.raises(ConcurrencyError, match=r"desk\.sqlite: others appended"):
            one.do("T-1", never)
        assert len(one.history("T-1")) == 1 + retry.ATTEMPTS


@pytest.mark.parametrize("medium", ["file", ":memory:"])
def test_threads_share_a_desk(path: Path, medium: str) -> None:
    decision: Decision = work
    with Desk(path if medium == "file" else medium) as desk, ThreadPoolExecutor(6) as threads:
        desk.do("T-1", open_ticket())
        list(threads.map(lambda n: desk.do("T-1", decision), range(60)))
        assert [record.version for record in desk.history("T-1")] == list(range(1, 62))
        assert len({record.id for record in desk.records()}) == 61


def test_many_make_one_store_at_once(path: Path) -> None:
    together = Barrier(8)

    def make(n: int) -> int:
        together.wait()
        with Desk(path) as desk:
            return desk.record(f"T-{n}", e.Opened(occurred_at=n))[0].position

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(make, range(8))) == list(range(1, 9))


def test_four_processes_and_one_ticket_give_the_exact_version(path: Path) -> None:
    writers = [writer(path, 60) for _ in range(4)]
    said = [int(line) for process in writers for line in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in writers] == [0, 0, 0, 0]
    assert sorted(said) == list(range(3, 482, 2))
    with Desk(path) as desk:
        assert [record.version for record in desk.history("T-1")] == list(range(1, 482))
        ticket = desk.ticket("T-1")
    assert ticket is not None
    assert (ticket.version, ticket.worked_minutes) == (481, 720)


def test_a_killed_writer_loses_nothing_that_it_acknowledged_and_leaves_nothing_half_done(path: Path) -> None:
    for pause in (0.0, 0.003, 0.01, 0.02, 0.03, 0.05):
        process = writer(path, 100_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        sleep(pause)
        process.kill()  # SIGKILL: no handler runs
        rest = process.communicate(timeout=60)[0].split()
        acknowledged = int((rest or [first])[-1])
        with Desk(path, create=False) as desk:
            versions = [record.version for record in desk.history("T-1")]
            assert desk.do("T-1", lambda ticket, at: ()) == ()
        assert versions == list(range(1, len(versions) + 1))
        assert acknowledged <= len(versions)
        assert len(versions) % 2 == 1  # the opening, then always two together
