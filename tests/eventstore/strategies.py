"""Events of every kind, drawn from the types of their fields, and logs of them. Lawful they need not be."""

from collections.abc import Callable
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, evolve, fields
from hypothesis import strategies as st

from slaengine.codec.events import NAMES
from slaengine.domain.events import TICKET_EVENTS, Corrected
from slaengine.domain.recorded import Event, Recorded
from slaengine.domain.vocabulary import Actor, FrozenMap
from slaengine.instants import Instant, instant

instants = st.integers(instant("1960-01-01T00:00Z"), instant("2200-01-01T00:00Z"))
words = st.text(max_size=6)
names = st.text(min_size=1, max_size=6)
whole = st.integers(-(2**53), 2**53)
maps = st.dictionaries(words, words, max_size=2)


def events(kind: type[Event] | None = None) -> st.SearchStrategy[Any]:
    """Events of one kind, or of any."""
    return st.sampled_from(list(NAMES.values())).flatmap(_built) if kind is None else _built(kind)


def logs(max_size: int = 12) -> st.SearchStrategy[list[Recorded]]:
    """Records of few streams, ids unique, positions rising with gaps."""
    return st.lists(st.tuples(_recorded(), st.integers(1, 3)), max_size=max_size).map(_numbered)


def _built(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind, include_extras=True)
    drawn = {a.name: _of(hints[a.name], required=a.default is NOTHING) for a in fields(kind)}
    return st.builds(kind, **drawn)


def _of(hint: Any, *, required: bool) -> st.SearchStrategy[Any]:
    if hint == Instant:
        return instants
    if get_origin(hint) in (UnionType, Union):
        if set(TICKET_EVENTS) & set(get_args(hint)):
            return st.none() | st.sampled_from([k for k in TICKET_EVENTS if k is not Corrected]).flatmap(_built)
        return st.one_of([_of(member, required=required) for member in get_args(hint)])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return _SIMPLE.get(hint, _opaque)()


def _opaque() -> st.SearchStrategy[Any]:
    """What an event of publication carries: any JSON object."""
    return st.dictionaries(words, words | whole | st.lists(words, max_size=2), max_size=2)


_SIMPLE: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
    str: lambda: words,
    int: lambda: whole,
    bool: st.booleans,
    type(None): st.none,
    tuple[str, ...]: lambda: st.lists(words, max_size=2).map(tuple),
    FrozenMap: lambda: maps.map(FrozenMap),
    Actor: lambda: _built(Actor),
}


def _recorded() -> st.SearchStrategy[Recorded]:
    return st.builds(
        Recorded,
        stream=st.sampled_from(["T-1", "T-2", "desk", "ü/7"]),
        position=st.just(0),
        event=events(),
        recorded_at=instants,
        correlation=st.none() | words,
        causation=st.none() | words,
        tenant=st.none() | words,
    )


def _numbered(drawn: list[tuple[Recorded, int]]) -> list[Recorded]:
    position, found = 0, []
    for record, step in drawn:
        position += step
        found.append(evolve(record, position=position, id=f"{record.stream}/{position}"))
    return found
