"""The public face: flat names, each there, each found by a type checker, each imported only when it is used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import slaengine as sla

ROOT = Path(sla.__file__)


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in sla.__all__:
        assert getattr(sla, name) is not None, name


def test_a_type_checker_sees_the_very_names_that_are_public() -> None:
    guarded = next(node for node in ast.parse(ROOT.read_text(encoding="utf-8")).body if isinstance(node, ast.If))
    seen = {alias.name for node in ast.walk(guarded) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == {*sla.__all__}


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'adut'"):
        _ = sla.adut


def test_the_names_are_listed_for_whoever_explores() -> None:
    assert dir(sla) == sorted(sla.__all__)


@pytest.mark.parametrize("first", ["slaengine.audit.run", "slaengine.cli.main", "slaengine"])
def test_audit_can_be_called_whatever_was_imported_before(first: str) -> None:
    program = f"import {first}, slaengine; assert callable(slaengine.audit); assert slaengine.audit.__name__"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", [name for name in sla.__all__ if name.endswith("Error") or name == "UnlawfulEvent"])
def test_every_error_is_of_one_tree(name: str) -> None:
    assert issubclass(getattr(sla, name), sla.SlaError)


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    from slaengine import errors

    drawn = errors.__doc__ or ""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.SlaError)]
    for kind in kinds:
        if not kind.__name__.startswith("_"):
            assert kind.__name__ in drawn
