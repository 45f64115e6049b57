"""Switches that replace a public function or method by another, from outside: no line of the package knows of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias

from attrs import frozen

Wrong: TypeAlias = Callable[[Any], Any]
"""(what it is) -> what stands in its place."""


@frozen
class Method:
    """Replaces a method, or property, of a class."""

    owner: type
    name: str
    wrong: Wrong

    def __call__(self) -> None:
        setattr(self.owner, self.name, self.wrong(getattr(self.owner, self.name)))


@frozen
class Function:
    """Replaces a function under every name by which a module has it; later imports find the new one."""

    home: str
    name: str
    wrong: Wrong

    def __call__(self) -> None:
        real = getattr(import_module(self.home), self.name)
        other = self.wrong(real)
        for module in [*sys.modules.values()]:
            for name, held in [*vars(module).items()] if _is_ours(module) else []:
                if held is real:
                    setattr(module, name, other)


def _is_ours(module: Any) -> bool:
    return getattr(module, "__name__", "").partition(".")[0] in ("slaengine", "tests")
