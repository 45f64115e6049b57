"""What a law is, and how it is tried: on random examples, shrunk to a small one, told in plain words.

Each law states a sentence, draws examples, and says what it saw where an example breaks it. Hypothesis finds and
shrinks the example; what a reader gets is the sentence, what was seen, and the example as a person would write it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from attrs import frozen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from slaengine.errors import LawBroken

T = TypeVar("T")


@frozen(kw_only=True)
class Law(Generic[T]):
    """A sentence that holds for all examples.

    holds: None where it does, else what was seen, in words. told: the example as a person reads it, with its ledger
    where it has one. Both are pure.
    """

    name: str
    examples: st.SearchStrategy[T]
    holds: Callable[[T], str | None]
    told: Callable[[T], str] = repr


def checked(what: str, laws: Iterable[Law[Any]], *, examples: int | None = None) -> Callable[[], None]:
    """A test function, to be bound to a name that begins with `test_`, which tries every law.

    what: of which thing the laws are, as a sentence would name it. examples: how many each law is tried on; by default
    as many as hypothesis' settings say. The function raises LawBroken, which names each law that does not hold.
    """
    tried = tuple(laws)

    def test() -> None:
        broken = [fault for law in tried for fault in _faults(what, law, examples)]
        if len(broken) == 1:
            raise broken[0] from broken[0].__cause__
        if broken:
            raise _several(what, broken)

    test.__doc__ = f"The laws of {what}: " + "; ".join(law.name for law in tried)
    return test


def _faults(what: str, law: Law[T], examples: int | None) -> Iterator[LawBroken]:
    try:
        _trial(what, law, examples)()
    except LawBroken as fault:
        fault.__notes__ = []  # how hypothesis would call the inner function is of no use to whoever owns the rule
        yield fault
    except Unsatisfiable:
        yield LawBroken(f"{what}: no example was found to try this law on: {law.name}", law=law.name)


def _trial(what: str, law: Law[T], examples: int | None) -> Callable[[], None]:
    """The law as a property, without hypothesis' own words."""

    @_settings(examples)
    @given(law.examples)
    def trial(example: T) -> None:
        fault = _fault(what, law, example)
        if fault is not None:
            raise fault from fault.__cause__

    return trial


def _settings(examples: int | None) -> settings:
    return settings(
        max_examples=settings().max_examples if examples is None else examples,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=[*HealthCheck],
        phases=[phase for phase in settings().phases if phase is not Phase.explain],
    )


def _fault(what: str, law: Law[T], example: T) -> LawBroken | None:
    """What is wrong; an error out of the rules that are tried is one too, and stays the cause."""
    cause: Exception | None = None
    try:
        seen = law.holds(example)
    except Exception as error:  # noqa: BLE001  # a host's own rule may raise anything
        cause, seen = error, f"{type(error).__name__}: {error}"
    if seen is None:
        return None
    told = _told(law, example)
    fault = LawBroken(
        f"{what} breaks a law.\n\nThe law: {law.name}\nSeen: {seen}\n\n{told}", law=law.name, example=told
    )
    fault.__cause__ = cause
    return fault


def _told(law: Law[T], example: T) -> str:
    """Telling an example may need the very rule that fails."""
    try:
        return law.told(example)
    except Exception:  # noqa: BLE001
        return repr(example)


def _several(what: str, broken: list[LawBroken]) -> LawBroken:
    names = "".join(f"\n  - {fault.law}" for fault in broken)
    told = "\n\n".join(str(fault) for fault in broken)
    return LawBroken(
        f"{what} breaks {len(broken)} laws:{names}\n\n{told}", law=broken[0].law, example=broken[0].example
    )
