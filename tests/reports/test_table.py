"""The tables of the terminal and a flag in full."""

import pytest

from slaengine.audit.findings import Findings
from slaengine.reports.table import WIDTH, findings_table, flag_text
from tests.reports.golden import check_golden
from tests.reports.sample import HOSTILE, PERSONS, hostile, small


@pytest.fixture(scope="module")
def findings() -> Findings:
    return small()


def test_the_table_of_a_small_log_is_this(findings: Findings) -> None:
    check_golden("small.txt", findings_table(findings), findings)


def test_a_flag_in_full_is_this(findings: Findings) -> None:
    texts = [flag_text(findings.case(flag.ticket), flag) for flag in findings.flags]
    check_golden("flags.txt", "\n".join(texts), findings)


def test_the_same_log_gives_the_same_bytes(findings: Findings) -> None:
    assert findings_table(small()) == findings_table(findings)


def test_it_can_be_read_in_a_hundred_columns(findings: Findings) -> None:
    texts = [findings_table(findings), *(flag_text(findings.case(flag.ticket), flag) for flag in findings.flags)]
    assert max(len(line) for text in texts for line in text.splitlines()) <= WIDTH


def test_no_line_ends_in_blanks(findings: Findings) -> None:
    assert all(line == line.rstrip() for line in findings_table(findings).splitlines())


def test_what_would_steer_a_terminal_is_not_printed() -> None:
    text = findings_table(hostile())
    assert [sign for sign in "\x1b\u202e" if sign in HOSTILE] == ["\x1b", "\u202e"]
    assert [sign for sign in "\x1b\u202e" if sign in text] == []


def test_a_flag_names_persons_only_on_request(findings: Findings) -> None:
    flag = findings.flags[0]
    case = findings.case(flag.ticket)
    assert not any(person in flag_text(case, flag) for person in PERSONS)
    assert flag.person is not None
    assert flag.person in flag_text(case, flag, persons=True)
