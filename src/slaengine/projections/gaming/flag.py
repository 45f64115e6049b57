"""A flag: what a reviewer should look at, with the evidence that lets a stranger agree or disagree.

A flag says "review", never more. It names its definition and version, the agreement and the clock on which it rests,
the records that show it, what a replay with one edit would have said, and the innocent readings that were checked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from slaengine.instants import Duration, Instant, iso


@frozen(kw_only=True)
class Evidence:
    """A record of the log and its part in what is flagged."""

    record: str
    part: str


@frozen(kw_only=True)
class Position:
    """Where the clock stood at an instant, just before the first act of the flag that was near, or the first of all."""

    at: Instant
    target: str
    kind: str
    cycle: int
    limit: Duration
    used: Duration
    left: Duration
    due: Instant | None


@frozen(kw_only=True)
class Sign:
    """One part of a score: what was seen, with the threshold that it was held against."""

    what: str
    weight: float


@frozen(kw_only=True)
class Counterfactual:
    """The same clock replayed with one edit of the history. difference: of the time used, in microseconds."""

    edit: str
    verdict: str
    what_if: str
    difference: Duration
    finding: str


@frozen(kw_only=True)
class InnocentReading:
    """Another reason for the same acts: `holds` is None where the log cannot tell."""

    reason: str
    checked: str
    holds: bool | None


@frozen(kw_only=True)
class Flag:
    """What to review on one ticket. subject: a team, unless persons are asked for; person is kept for that.

    score: how much of the definition's evidence is there, from 0 to 1: the sum of its signs, at most 1; no probability
    of anything.
    """

    kind: str
    definition: str
    agreement: str
    ticket: str
    subject: str
    person: str | None = field(repr=False)
    at: Instant
    signs: tuple[Sign, ...]
    position: Position
    evidence: tuple[Evidence, ...]
    counterfactual: Counterfactual
    innocent: tuple[InnocentReading, ...]
    words: str

    @property
    def score(self) -> float:
        """The sum of the signs' weights, to two decimals."""
        return round(min(1.0, sum(sign.weight for sign in self.signs)), 2)

    @property
    def id(self) -> str:
        """The same for the same flag, whenever it is raised: a digest of what it rests on."""
        rests_on = (self.definition, self.agreement, self.ticket, self.position.target, str(self.position.cycle))
        acts = (item.record for item in self.evidence if item.part.startswith("act"))
        return hashlib.sha256("\n".join((*rests_on, *acts)).encode()).hexdigest()[:16]

    def data(self, *, persons: bool = False) -> dict[str, Any]:
        """Plain values; the person only on request."""
        return {
            "id": self.id,
            "kind": self.kind,
            "definition": self.definition,
            "agreement": self.agreement,
            "ticket": self.ticket,
            "subject": self.subject,
            **({"person": self.person} if persons else {}),
            "at": iso(self.at),
            "score": self.score,
            "signs": [{"what": sign.what, "weight": sign.weight} for sign in self.signs],
            "position": _position(self.position),
            "evidence": [{"record": item.record, "part": item.part} for item in self.evidence],
            "counterfactual": {
                "edit": self.counterfactual.edit,
                "verdict": self.counterfactual.verdict,
                "what_if": self.counterfactual.what_if,
                "difference": self.counterfactual.difference,
                "finding": self.counterfactual.finding,
            },
            "innocent": [
                {"reason": reading.reason, "checked": reading.checked, "holds": reading.holds}
                for reading in self.innocent
            ],
            "words": self.words,
        }


def _position(position: Position) -> Mapping[str, Any]:
    return {
        "at": iso(position.at),
        "target": position.target,
        "kind": position.kind,
        "cycle": position.cycle,
        "limit": position.limit,
        "used": position.used,
        "left": position.left,
        "due": None if position.due is None else iso(position.due),
    }
