"""One target of a desk, whichever agreement and version a ticket stands under: as one clock that is retargeted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

from slaengine.domain.shapes import Shape
from slaengine.domain.situation import Situation
from slaengine.policies.target import Kind, Known, Step, Target, step

Reference: TypeAlias = tuple[str | None, str | None]
"""Id and version of an agreement."""


@frozen(kw_only=True, eq=False)
class Promise:
    """What a book makes of the targets of one kind and name.

    by: the target of each version that has it. beside: that of an agreement which stands beside the ticket's own, and
    promises what this one does not. versions: of each agreement, in the order in which they take effect, with whether
    they apply to running clocks.
    """

    name: str
    kind: Kind
    by: Mapping[Reference, Target] = field(repr=False)
    versions: Mapping[str, Sequence[tuple[str, bool]]] = field(repr=False)
    beside: Target | None = None
    _known: Known = field(factory=dict, init=False, repr=False)

    def step(self, was: Step, situation: Situation, shape: Shape) -> Step:
        """Where an event of this shape leaves the clock, by the rules of the version that governs it."""
        asked = was, situation, shape
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = step(self.rules_in, was, situation, shape)
        return known

    def rules_in(self, held: Situation, now: Situation) -> Target | None:
        """The target that governs a clock which holds to some facts of its start."""
        version = held.agreement_version
        if held.agreement == now.agreement and version != now.agreement_version:
            version = self._applying(held, now)
        return self.by.get((held.agreement, version), self.beside)

    def _applying(self, held: Situation, now: Situation) -> str | None:
        """The version that a clock holds to, or the last one since then that applies to running clocks."""
        versions = self.versions.get(held.agreement or "", ())
        names = [version for version, _ in versions]
        if held.agreement_version not in names or now.agreement_version not in names:
            return held.agreement_version
        since = versions[names.index(held.agreement_version) + 1 : names.index(now.agreement_version) + 1]
        return next((version for version, applies in reversed(since) if applies), held.agreement_version)
