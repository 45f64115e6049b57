"""The simulated desk: people, queues and deadlines, from a hundred tickets to a million, with known truth.

Deterministic and streamed, of nothing beyond the core: the same plan gives the same bytes on every machine.
"""

from slaengine.testing.desk.neutral import write_neutral
from slaengine.testing.desk.plan import KINDS, LEVELS, Plan
from slaengine.testing.desk.simulation import Simulation, simulate
from slaengine.testing.desk.truth import Act, Lookalike, Truth
from slaengine.testing.desk.world import Habit, Person, Team, World

__all__ = [
    "KINDS",
    "LEVELS",
    "Act",
    "Habit",
    "Lookalike",
    "Person",
    "Plan",
    "Simulation",
    "Team",
    "Truth",
    "World",
    "simulate",
    "write_neutral",
]
