from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import define

from slaengine.eventstore.desk import Desk
from slaengine.instants import MINUTE, Instant, instant


@define
class Ticking:
    """A clock that is a minute further at every look."""

    now: Instant

    def __call__(self) -> Instant:
        self.now += MINUTE
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.sqlite"


@pytest.fixture
def clock() -> Callable[[], Instant]:
    return Ticking(instant("2025-04-17T07:00Z"))


@pytest.fixture
def desk(path: Path, clock: Callable[[], Instant]) -> Iterator[Desk]:
    with Desk(path, clock=clock) as desk:
        yield desk
