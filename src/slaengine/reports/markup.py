"""Markup in which text cannot be mistaken for markup: whatever is no `Markup` is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from attrs import frozen

from slaengine.reports.figures import plain


@frozen
class Markup:
    """Text that is markup already."""

    text: str


Content: TypeAlias = "Markup | str | int | Iterable[Content] | None"
"""What may stand in an element. None is nothing."""

EMPTY = Markup("")


def tag(name: str, *content: Content, **attributes: str | float | None) -> Markup:
    """One element. Attributes are named with `_` for `-`, and `class_`; those that are None are left out."""
    given = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    return Markup(f"<{name}{given}>{joined(content).text}</{name}>")


def joined(content: Content) -> Markup:
    """All that is given, one after the other."""
    match content:
        case Markup():
            return content
        case None:
            return EMPTY
        case str() | int():
            return Markup(escape(plain(content)))
        case _:
            return Markup("".join(joined(part).text for part in content))


def _attribute(key: str, value: str | float) -> str:
    text = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else plain(value)
    return f' {key.rstrip("_").replace("_", "-")}="{escape(text)}"'
