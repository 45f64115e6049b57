"""The testing kit: a host proves its own calendars, agreements, metrics and detectors, and its decisions.

The names below are the public ones; each is imported when it is first used. Those that draw examples need the extra
`testing` (hypothesis and pytest). `slaengine.testing.desk`, the simulated desk, needs nothing beyond the core.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from slaengine.errors import MissingExtra

if TYPE_CHECKING:
    from slaengine.testing.alignment import aligned
    from slaengine.testing.checks.schedules import check_schedule
    from slaengine.testing.checks.targets import check_agreement, check_metric, check_target
    from slaengine.testing.goldens import Golden, golden
    from slaengine.testing.laws import Law, checked
    from slaengine.testing.scenarios import Decided, Reading, Scenario, scenario

_HOMES = {
    "alignment": "aligned",
    "checks.schedules": "check_schedule",
    "checks.targets": "check_agreement check_metric check_target",
    "goldens": "Golden golden",
    "laws": "Law checked",
    "scenarios": "Decided Reading Scenario scenario",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}
_EXTRA = ("hypothesis", "pytest")

__all__ = [
    "Decided",
    "Golden",
    "Law",
    "Reading",
    "Scenario",
    "aligned",
    "check_agreement",
    "check_metric",
    "check_schedule",
    "check_target",
    "checked",
    "golden",
    "scenario",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'slaengine.testing' has no attribute {name!r}")
    try:
        return getattr(import_module(f"slaengine.testing.{_HOME_OF[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        raise MissingExtra(error.name, "testing") from None


def __dir__() -> list[str]:
    return sorted(__all__)
