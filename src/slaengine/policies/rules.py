"""Rules over a situation: any pure function will do; `Where` is the kind that a file can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias, cast, get_args, get_type_hints

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

    `Where(waiting_on="customer")`, `Where(status=("pending", "vendor"), tier="L2")`, `Where(labels={"vip": "yes"})`.
    Hashable, equal by meaning, and what an agreement file can say. Raises AgreementError, naming all mistakes, for a
    fact or a value that no situation has.
    """

    allowed: tuple[tuple[str, frozenset[Value]], ...] = field()

    def __init__(
        self, *, labels: Mapping[str, str | Iterable[str]] | None = None, **facts: Value | Iterable[Value]
    ) -> None:
        asked = {name: _values(values) for name, values in sorted(facts.items())}
        if not isinstance(labels, Mapping | None):
            raise AgreementError([f"labels are {labels!r}: write a name and the values of each"])
        named = {name: _values(values) for name, values in sorted((labels or {}).items())}
        faults = [fault for name, values in asked.items() for fault in _faults(name, values)]
        if faults := [*faults, *(fault for name, values in named.items() for fault in _label_faults(name, values))]:
            raise AgreementError(faults)
        allowed = {**asked, **{f"{LABEL}{name}": values for name, values in named.items()}}
        self.__attrs_init__(tuple((name, frozenset(values)) for name, values in sorted(allowed.items())))

    def __call__(self, situation: Situation) -> bool:
        return all(_fact(situation, name) in values for name, values in self.allowed)

    def __repr__(self) -> str:
        facts = [f"{name}={_shown(values)}" for name, values in self.allowed if not name.startswith(LABEL)]
        labels = {name: _shown(values) for name, values in self.labels.items()}
        told = ", ".join(f"{name!r}: {values}" for name, values in labels.items())
        return f"Where({', '.join([*facts, *([f'labels={{{told}}}'] if told else [])])})"

    @property
    def labels(self) -> Mapping[str, frozenset[Value]]:
        """Each label with the values it may have."""
        return {name.removeprefix(LABEL): values for name, values in self.allowed if name.startswith(LABEL)}

    @property
    def facts(self) -> Mapping[str, tuple[Value, ...]]:
        """Each fact with the values it may have, in order."""
        return {name: tuple(sorted(values, key=str)) for name, values in self.allowed}


@frozen(init=False)
class AnyOf:
    """Holds where one of its rules does. What an agreement file writes as a list."""

    rules: tuple[Rule, ...]

    def __init__(self, *rules: Rule) -> None:
        self.__attrs_init__(rules)

    def __call__(self, situation: Situation) -> bool:
        return any(rule(situation) for rule in self.rules)


def alternatives(rule: Rule) -> tuple[Rule, ...]:
    """The rules of which one must hold: those of an `AnyOf`, and of one within it; none for what never holds."""
    if isinstance(rule, AnyOf):
        return tuple(found for it in rule.rules for found in alternatives(it))
    return () if rule is never else (rule,)


def undeclared(rule: Rule, labels: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """A fault for each label, and each value of one, that a rule asks for and nobody declared."""
    for part in alternatives(rule):
        for name, asked in part.labels.items() if isinstance(part, Where) else ():
            if name not in labels:
                others = f", beside {', '.join(labels)}" if labels else ""
                yield f"label {name!r} is not declared: add it to the labels with its values{others}"
            for value in sorted(asked - {*labels.get(name, asked)}, key=str):
                yield f"label {name!r} is never {value!r}: choose among {', '.join(labels[name])}, or declare it"


LABEL = "labels."
"""What leads the name of a label among the facts."""


def _fact(situation: Situation, name: str) -> Value:
    if name.startswith(LABEL):
        return situation.labels.get(name.removeprefix(LABEL))
    value: Value = getattr(situation, name)
    return value


def _values(given: Value | Iterable[Value]) -> tuple[Value, ...]:
    """One value, or each of several."""
    if isinstance(given, Iterable) and not isinstance(given, str | Mapping):
        return tuple(given)
    return (cast(Value, given),)  # a table is no value, and no fact ever has it


def _shown(values: frozenset[Value]) -> str:
    ordered = sorted((str(value) if isinstance(value, StrEnum) else value for value in values), key=str)
    return repr(ordered[0]) if len(ordered) == 1 else repr(tuple(ordered))


def _faults(name: str, values: Sequence[Value]) -> list[str]:
    """What a situation cannot answer: it has no such fact, or the fact never has such a value."""
    if name not in FACTS:
        return [f"{name!r} is no fact of a situation: choose among {', '.join(FACTS)}"]
    if not values:
        return [f"{name!r} is given no value"]
    kinds = _kinds(name)
    others = (value for value in values if not any(_is_one(value, kind) for kind in kinds))
    return [f"{name} is never {value!r}: {_remedy(kinds)}" for value in sorted(others, key=str)]


def _label_faults(name: str, values: Sequence[Value]) -> list[str]:
    if not values:
        return [f"{LABEL}{name} is given no value"]
    wrong = sorted((value for value in values if not isinstance(value, str)), key=str)
    return [f"{LABEL}{name} is never {value!r}: write text" for value in wrong]


_NOT_ASKED = ("labels", "dated_targets")
FACTS = (*(attribute.name for attribute in fields(Situation) if attribute.name not in _NOT_ASKED), "responded")
"""What a `Where` may ask for."""


def _kinds(name: str) -> tuple[type, ...]:
    """The types that a fact may have. `responded` is no field, and true or false."""
    hint = get_type_hints(Situation).get(name, bool)
    return get_args(hint) or (hint,)


def _is_one(value: object, kind: type) -> bool:
    if issubclass(kind, StrEnum):
        return isinstance(value, str) and value in [*kind]
    return isinstance(value, kind)


def _remedy(kinds: Iterable[type]) -> str:
    words = [str(word) for kind in kinds if issubclass(kind, StrEnum) for word in kind]
    if words:
        return f"choose among {', '.join(words)}"
    return "write true or false" if bool in kinds else "write text"
