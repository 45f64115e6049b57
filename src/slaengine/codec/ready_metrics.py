"""The metrics that a file can name, and which of them a metric is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import evolve as but

from slaengine.policies import metrics as m
from slaengine.policies.target import Metric, Target

METRICS: Mapping[str, Callable[..., Target]] = {
    "first-response": m.first_response,
    "next-response": m.next_response,
    "periodic-update": m.periodic_update,
    "contact-cadence": m.contact_cadence,
    "resolution": m.resolution,
    "agent-work": m.agent_work,
    "requester-wait": m.requester_wait,
    "total-time": m.total_time,
    "assignment": m.assignment,
    "ownership": m.ownership,
    "callback": m.callback,
    "supplier": m.supplier,
}
"""What makes a target of each. Agent work, requester wait and total time are resolutions that pause otherwise."""

OWNERSHIP, CALLBACK = "ownership", "callback"
"""The one that has a tier and a team, and the one that has a budget of its own."""

_READY: Mapping[str, Callable[[], Metric]] = {
    "first-response": m.first_response_metric,
    "next-response": m.next_response_metric,
    "periodic-update": m.update_metric,
    "contact-cadence": m.cadence_metric,
    "resolution": m.resolution_metric,
    "assignment": m.assignment_metric,
    "callback": m.callback_metric,
    "supplier": m.supplier_metric,
}


def ready(metric: Metric) -> Metric | None:
    """The ready metric that one is, but for what fulfils it and how it reopens; None for one of the host's own."""
    stay = metric.cycle
    if isinstance(stay, m.Stay):
        found = m.ownership_metric(tier=stay.tier, team=stay.team)
    elif metric.name in _READY:
        found = _READY[metric.name]()
    else:
        return None
    alike = but(found, starts=metric.starts, fulfilled=metric.fulfilled, reopen=metric.reopen) == metric
    return found if alike and _parts(found.starts) == _parts(metric.starts) else None


def stay_of(metric: Metric) -> dict[str, str]:
    """The tier and the team of an ownership, those that it has."""
    stay = metric.cycle
    if not isinstance(stay, m.Stay):
        return {}
    return {name: value for name, value in (("tier", stay.tier), ("team", stay.team)) if value is not None}


def _parts(function: Callable[..., object]) -> tuple[object, object]:
    """A method and the value that it is bound to: two bound ones are equal for one and the same value only."""
    return getattr(function, "__func__", function), getattr(function, "__self__", None)
