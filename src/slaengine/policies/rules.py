"""Rules over a situation: any pure function will do; `Where` is the kind that a file can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TypeAlias, get_args, get_type_hints

from attrs import field, fields, frozen

from slaengine.domain.situation import Situation
from slaengine.errors import AgreementError

Rule: TypeAlias = Callable[[Situation], bool]
"""A pure predicate on a situation. It must not look at anything else, the time least of all."""

Value: TypeAlias = str | bool | None


def never(_: Situation) -> bool:
    """The rule that holds in no situation."""
    return False


@frozen(init=False, repr=False)
class Where:
    """Holds where every named fact of the situation has one of the values given for it.

    `Where(waiting_on="customer")`, `Where(status=("pending", "vendor"), tier="L2")`. Hashable, equal by meaning, and
    what an agreement file can say. Raises AgreementError, naming all mistakes, for a fact or a value that no situation
    has.
    """

    allowed: tuple[tuple[str, frozenset[Value]], ...] = field()

    def __init__(self, **facts: Value | Iterable[Value]) -> None:
        allowed = {name: _values(given) for name, given in sorted(facts.items())}
        if faults := [fault for name, values in allowed.items() for fault in _faults(name, values)]:
            raise AgreementError(faults)
        self.__attrs_init__(tuple(allowed.items()))

    def __call__(self, situation: Situation) -> bool:
        return all(getattr(situation, name) in values for name, values in self.allowed)

    def __repr__(self) -> str:
        return f"Where({', '.join(f'{name}={_shown(values)}' for name, values in self.allowed)})"

    @property
    def facts(self) -> Mapping[str, tuple[Value, ...]]:
        """Each fact with the values it may have, in order."""
        return {name: tuple(sorted(values, key=str)) for name, values in self.allowed}


def _values(given: Value | Iterable[Value]) -> frozenset[Value]:
    return frozenset((given,)) if given is None or isinstance(given, str | bool) else frozenset(given)


def _shown(values: frozenset[Value]) -> str:
    ordered = sorted((str(value) if isinstance(value, StrEnum) else value for value in values), key=str)
    return repr(ordered[0]) if len(ordered) == 1 else repr(tuple(ordered))


def _faults(name: str, values: frozenset[Value]) -> list[str]:
    """What a situation cannot answer: it has no such fact, or the fact never has such a value."""
    possible = [attribute.name for attribute in fields(Situation)] + ["responded"]
    if name not in possible:
        return [f"{name!r} is no fact of a situation: choose among {', '.join(possible)}"]
    if not values:
        return [f"{name!r} is given no value"]
    words = _words(name)
    return [
        f"{name} is never {value!r}: choose among {', '.join(words)}"
        for value in sorted(values, key=str)
        if words and value is not None and str(value) not in words
    ]


def _words(name: str) -> list[str]:
    """The values of a fact with finitely many; none for a fact whose words are the host's own."""
    hint = get_type_hints(Situation).get(name)
    kinds = [kind for kind in (hint, *get_args(hint)) if isinstance(kind, type) and issubclass(kind, StrEnum)]
    return [str(word) for kind in kinds for word in kind]
