"""An agreement file as plain data, and copies of it with one value changed."""

from copy import deepcopy
from typing import Any

GOLD: dict[str, Any] = {
    "levels": ["contact", "organisation"],
    "calendars": {
        "office": {
            "zone": "Europe/Berlin",
            "hours": "Mon-Fri 09:00-12:30 13:30-17:30",
            "holidays": ["2025-04-18", "2025-04-21"],
            "special_hours": {"2025-04-17": "09:00-12:30"},
            "years": [2024, 2027],
        },
        "day-and-night": {"zone": "UTC", "hours": {"Mon-Sun": "00:00-24:00"}, "years": [2024, 2027]},
    },
    "agreements": [
        {
            "id": "gold",
            "scope": {"organisation": "acme"},
            "effective_from": "2025-01-01T00:00:00+01:00",
            "detectors": {"deadline_handoff": {"near": 0.1, "note_length": 20}},
            "targets": [
                {
                    "metric": "first-response",
                    "calendar": "day-and-night",
                    "budgets": "30 min",
                    "fulfilled": {"answered": ["automatic", "human"]},
                },
                {
                    "metric": "resolution",
                    "calendar": "office",
                    "budgets": {"P1": "4 h", "P3": "16 h"},
                    "pauses": {"waiting_on": ["customer", "supplier"], "owned": True},
                    "reopen": "include-closed",
                    "retarget": "from-start",
                },
            ],
        },
        {
            "id": "everybody",
            "targets": [
                {"metric": "resolution", "name": "handover", "kind": "OLA", "calendar": "office", "budgets": "8 h"}
            ],
        },
    ],
}


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with another value at a path ("agreements.0.id"); `...` removes it."""
    copy: Any = deepcopy(document)
    *way, last = path.split(".")
    place = copy
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    key = int(last) if isinstance(place, list) else last
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return copy  # type: ignore[no-any-return]
