"""Every mutant is caught by the tests that the catalogue names, which all pass without one; the page lists them all."""

import pytest

from tests.mutants.catalogue import MUTANTS, Mutant
from tests.mutants.suite import run

FAILED = 1
"""As pytest has it: tests ran, and one failed. A run that breaks off has another code."""


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught_by_each_test_that_is_named(mutant: Mutant) -> None:
    for test in mutant.caught_by:
        ended = run(["-x", test], mutant.name)
        assert ended.code == FAILED, ended.told


@pytest.mark.slow
def test_without_a_mutant_the_same_tests_pass() -> None:
    ended = run(sorted({test for mutant in MUTANTS for test in mutant.caught_by}))
    assert ended.code == 0, ended.told


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 18
