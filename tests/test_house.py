"""The rules of the house that no linter knows: read from the syntax trees, so that nothing has to be imported."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "slaengine"
MODULES = sorted(PACKAGE.rglob("*.py"))
PURE = [path for path in MODULES if path.relative_to(PACKAGE).parts[0] in {"domain", "policies", "projections"}]
# The audit can be called: `slaengine.audit(...)`.
PUBLIC = {PACKAGE, PACKAGE / "testing", PACKAGE / "testing" / "desk", PACKAGE / "audit"}
HEAVY = {
    "cattrs",
    "dateutil",
    "eventsourcing",
    "holidays",
    "hypothesis",
    "icalendar",
    "msgspec",
    "numpy",
    "pandas",
    "pytest",
}

SOURCES_OF_CHANCE = {"random", "secrets", "time", "uuid"}
ENVIRONMENT = {"environ", "getenv", "urandom"}
READINGS_OF_A_CLOCK = {"now", "utcnow", "today"}
CLOCKS = {"date", "datetime"}
CONTAINERS = {"Counter", "OrderedDict", "bytearray", "defaultdict", "deque", "dict", "list", "set"}
CHANGES = {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}

named = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_follows_from_events_asks_no_clock_no_chance_and_no_environment(path: Path) -> None:
    assert list(impurities(_tree(path))) == []


@named
def test_modules_hold_constants_and_no_state(path: Path) -> None:
    assert list(state(_tree(path))) == []


@named
def test_only_the_public_packages_have_an_init_with_code(path: Path) -> None:
    if path.name == "__init__.py" and path.parent not in PUBLIC:
        body = _tree(path).body
        assert ast.get_docstring(ast.Module(body, [])) is not None or not body
        assert len(body) <= 1


def test_importing_the_library_imports_no_heavy_package() -> None:
    program = "import slaengine, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert "slaengine" in loaded
    assert HEAVY.intersection(loaded) == set()


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "import uuid as ids",
        "from random import choice",
        "from time import monotonic",
        "from os import getenv",
        "import os; os.environ['TZ']",
        "import datetime; datetime.datetime.now(datetime.UTC)",
        "from datetime import date; date.today()",
        "from datetime import datetime; field(factory=datetime.utcnow)",
        "moment.now(zone)",
    ],
)
def test_an_impurity_is_found(source: str) -> None:
    assert list(impurities(ast.parse(source)))


@pytest.mark.parametrize("source", ["from datetime import datetime, time", "def read(now): return now", "reading.now"])
def test_a_now_that_is_handed_in_is_none(source: str) -> None:
    assert list(impurities(ast.parse(source))) == []


@pytest.mark.parametrize(
    "source",
    [
        "cache = {}",
        "_seen: set[str] = set()",
        "lines = [word for word in words]",
        "_MEMO = {}\ndef f(x): _MEMO[x] = 1",
        "_MEMO = {}\ndef f(x): return _MEMO.setdefault(x, 1)",
        "last = None\ndef f(x):\n    global last\n    last = x",
    ],
)
def test_state_of_a_module_is_found(source: str) -> None:
    assert list(state(ast.parse(source)))


@pytest.mark.parametrize("source", ["UNITS = {'h': 3600}", "_ORDER = [1, 2]", "kinds = ('SLA',)", "__all__ = ['f']"])
def test_a_constant_is_no_state(source: str) -> None:
    assert list(state(ast.parse(source))) == []


def impurities(tree: ast.Module) -> Iterator[str]:
    """Every place that could give another answer tomorrow or elsewhere."""
    for node in ast.walk(tree):
        if any(_impure(node)):
            yield _place(node)


def _impure(node: ast.AST) -> Iterator[bool]:
    match node:
        case ast.Import(names=names):
            yield any(name.name.partition(".")[0] in SOURCES_OF_CHANCE for name in names)
        case ast.ImportFrom(module=module, names=names):
            yield module in SOURCES_OF_CHANCE
            yield any(name.name in ENVIRONMENT for name in names)
        case ast.Call(func=ast.Attribute(attr=attr)):
            yield attr in READINGS_OF_A_CLOCK
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=attr):
            yield attr in ENVIRONMENT
            yield owner in CLOCKS and attr in READINGS_OF_A_CLOCK


def state(tree: ast.Module) -> Iterator[str]:
    """Containers of a module that are named as variables or changed by its functions, and `global` statements."""
    containers = {name: node for node in tree.body for name in _containers(node)}
    yield from (_place(node) for name, node in containers.items() if not _constant(name))
    for node in chain.from_iterable(map(ast.walk, _functions(tree))):
        if isinstance(node, ast.Global) or _changed(node) in containers:
            yield _place(node)


def _functions(tree: ast.Module) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def _containers(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets, value=value) if _mutable(value):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if _mutable(value):
            yield name


def _mutable(value: ast.expr | None) -> bool:
    match value:
        case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in CONTAINERS
        case _:
            return False


def _constant(name: str) -> bool:
    return name.isupper() or (name.startswith("__") and name.endswith("__"))


def _changed(node: ast.AST) -> str | None:
    """The name whose container this node changes."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in CHANGES:
            return name
        case _:
            return None


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _place(node: ast.AST) -> str:
    return f"line {getattr(node, 'lineno', '?')}: {ast.unparse(node)}"
