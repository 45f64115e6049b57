"""Two ledgers side by side: what is alike stands once, what differs is marked."""

import slaengine as sla
from slaengine.projections.explain import Explanation
from slaengine.testing import aligned

OFFICE = sla.Schedule("Europe/Berlin", "Mon-Fri 09:00-17:00")
OPENED = sla.events.Opened(occurred_at=sla.instant("2025-03-03T08:00Z"), priority="P2")
HELD = sla.events.PutOnHold(occurred_at=sla.instant("2025-03-03T09:00Z"), waiting_on=sla.Party.CUSTOMER)
RESUMED = sla.events.Resumed(occurred_at=sla.instant("2025-03-03T10:00Z"))
RESOLVED = sla.events.Resolved(occurred_at=sla.instant("2025-03-03T11:00Z"), by=sla.Actor("ana"))


def ledger(*events: sla.events.TicketEvent, within: str = "4 h", pauses: bool = True) -> Explanation:
    limit = {"*": sla.duration(within)}
    waits = sla.Where(waiting_on=sla.Party.CUSTOMER)
    target = sla.resolution(limit, calendar=OFFICE, pauses=waits) if pauses else sla.resolution(limit, calendar=OFFICE)
    gold = sla.Agreement(id="gold", targets=[target])
    return sla.Case(events, under=gold).explain("resolution", as_of="2025-03-03T12:00Z")


def marks(told: str) -> list[str]:
    return [line[0] for line in told.splitlines() if line]


def test_equal_ledgers_have_no_difference() -> None:
    ledger_of_both = ledger(OPENED, HELD, RESUMED, RESOLVED)
    assert aligned(ledger_of_both, ledger_of_both) == ""
    assert aligned(ledger_of_both, ledger_of_both.text() + "\n") == ""


def test_another_figure_is_marked_in_its_column() -> None:
    told = aligned(ledger(OPENED, HELD, RESUMED, RESOLVED), ledger(OPENED, HELD, RESUMED, RESOLVED, pauses=False))
    lines = told.splitlines()
    held = next(n for n, line in enumerate(lines) if line.startswith("- ") and "put on hold" in line)
    assert lines[held + 1].startswith("+ ")
    assert lines[held + 2].startswith("? ")
    assert lines[held + 2].endswith("  effect, due, rule")
    resumed = next(line for line in lines[held + 3 :] if line.startswith("? "))
    assert resumed.endswith("  effect, used, left, due, rule")
    assert "^" * len("1:00:00") in resumed
    assert sum("opened, P2" in line for line in lines) == 1


def test_a_row_that_only_one_has_stands_alone_and_shifts_nothing() -> None:
    told = aligned(ledger(OPENED, RESOLVED), ledger(OPENED, HELD, RESUMED, RESOLVED))
    lines = told.splitlines()
    assert [line[0] for line in lines if "put on hold" in line] == ["+"]
    assert [line[0] for line in lines if "resumed" in line] == ["+"]
    assert [line[0] for line in lines if "opened, P2" in line] == [" "]
    assert next(line for line in lines if line.startswith("? ")).endswith("  used, left")


def test_another_limit_is_seen_in_the_head_and_in_the_sentence() -> None:
    told = aligned(ledger(OPENED, RESOLVED), ledger(OPENED, RESOLVED, within="2 h"))
    assert "- Limit 4 h" in told
    assert "+ Limit 2 h" in told
    assert "+ resolution: breached" in told


def test_an_event_that_goes_on_in_the_next_line_is_one_row() -> None:
    told = aligned(ledger(OPENED, HELD), ledger(OPENED, HELD, within="5 h"))
    assert "under agreement gold@1, for everybody" in told
    assert marks(told).count("+") == marks(told).count("-")


def test_a_text_may_hold_several_ledgers() -> None:
    one, other = ledger(OPENED, RESOLVED).text(), ledger(OPENED, RESOLVED, within="2 h").text()
    told = aligned(f"{one}\n\n{one}", f"{one}\n\n{other}")
    assert told.count("- Limit 4 h") == 1
    assert told.count("  Limit 4 h") == 1
