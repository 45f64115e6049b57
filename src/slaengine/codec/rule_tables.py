"""Conditions in files <-> rules: a table is a `Where`, a list of tables is an `AnyOf`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from slaengine.codec.agreement_tables import RuleDocument
from slaengine.codec.calendar_tables import tried
from slaengine.errors import AgreementError
from slaengine.policies.rules import FACTS, LABEL, AnyOf, Rule, Value, Where, alternatives, never, undeclared


def read_rule(
    path: str, given: RuleDocument, labels: Mapping[str, Sequence[str]] | None, faults: list[str]
) -> Rule | None:
    """The rule of a table or of several, or None and faults. labels: those that may be asked for; None: any."""
    if isinstance(given, dict):
        return _condition(path, given, labels, faults)
    found = [_condition(f"{path}[{number}]", it, labels, faults) for number, it in enumerate(given, start=1)]
    whole = [rule for rule in found if rule]
    if not given:
        return never
    return whole[0] if len(whole) == 1 else AnyOf(*whole)


def _condition(
    path: str, facts: Mapping[str, Any], labels: Mapping[str, Sequence[str]] | None, faults: list[str]
) -> Rule | None:
    rule = tried(faults, path, partial(_meant, facts))
    if rule is not None and labels is not None:
        faults += [f"{path}: {fault}" for fault in undeclared(rule, labels)]
    return rule


def _meant(facts: Mapping[str, Any]) -> Where:
    if "self" in facts:  # the one name that would never reach it
        raise AgreementError([f"'self' is no fact of a situation: choose among {', '.join(FACTS)}"])
    return Where(**facts)


def rule_table(rule: Rule) -> list[dict[str, Any]] | dict[str, Any]:
    """The table of a rule, or the list of its tables. Raises AgreementError for what is no `Where`."""
    rules = alternatives(rule)
    if others := [it for it in rules if not isinstance(it, Where)]:
        names = ", ".join(str(getattr(it, "__qualname__", it)) for it in others)
        raise AgreementError([f"{names} is no Where, and no file can hold it: write a Where, or several in an AnyOf"])
    tables = [_table(it) for it in rules if isinstance(it, Where)]
    return tables[0] if len(tables) == 1 and tables[0] else tables  # an empty table would be as if left out


def _table(where: Where) -> dict[str, Any]:
    facts = {name: _values(values) for name, values in where.allowed if not name.startswith(LABEL)}
    labels = {name: _values(values) for name, values in where.labels.items()}
    return {**facts, "labels": labels} if labels else facts


def _values(values: frozenset[Value]) -> Value | list[Value]:
    """One value, or several in order."""
    found = sorted(_plain(values), key=lambda value: (str(type(value)), str(value)))
    return found[0] if len(found) == 1 else found


def _plain(values: frozenset[Value]) -> Iterator[Value]:
    return (str(value) if isinstance(value, str) else value for value in values)
