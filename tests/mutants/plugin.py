"""A plugin of pytest: `-p tests.mutants.plugin --mutant NAME` switches a mutant on for a whole run.

It is loaded before any test is imported, so that tests and modules find the mutant under whatever name they have it.
Examples that fail are not made smaller: only whether there is one matters.
"""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings

from tests.mutants.catalogue import named


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option by which a mutant is named."""
    parser.addoption("--mutant", metavar="NAME", help="switch on a mutant: see tests/mutants/catalogue.py")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Switches the mutant on, after the profile of the suite was loaded."""
    name = config.getoption("--mutant")
    if name is None:
        return
    settings.register_profile("mutants", settings(), phases=(Phase.explicit, Phase.generate))
    settings.load_profile("mutants")
    named(name).switch()
