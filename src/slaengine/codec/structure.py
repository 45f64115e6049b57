"""Plain data -> frozen classes, with every mistake reported at once, each under its path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import cattrs
from attrs import fields, has
from cattrs.cols import list_structure_factory
from cattrs.errors import (
    AttributeValidationNote,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, mapping_structure_factory

T = TypeVar("T")


class Faults(ValueError):
    """All the mistakes of a document, each led by its path."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


DEEPEST = 50
"""So many tables and lists may stand in one another: far more than any form needs."""


def structured(given: Mapping[str, Any], cls: type[T]) -> T:
    """The instance of an attrs class that plain data describe. Text stays text: nothing is converted in silence.

    Raises Faults with all mistakes, each with its path, as in "targets[1].calendar: ...".
    """
    if is_too_deep(given):
        raise Faults([f"is nested too deeply: at most {DEEPEST} tables and lists may stand in one another"])
    if faults := list(halves(given)):
        raise Faults(faults)
    try:
        return _converter().structure(given, cls)
    except (ClassValidationError, IterableValidationError) as error:
        raise Faults(list(_faults(error, ""))) from None


def is_too_deep(given: Any) -> bool:
    """Whether more tables and lists stand in one another than any form needs."""
    level = [given]
    for _ in range(DEEPEST):
        level = [item for value in level for item in _items(value)]
    return bool(level)


def _items(value: Any) -> Iterable[Any]:
    match value:
        case Mapping():
            return value.values()
        case list():
            return value
        case _:
            return ()


def halves(value: Any, path: str = "") -> Iterator[str]:
    """A fault for each text with a lone surrogate, which no file can hold and no digest can be taken of."""
    match value:
        case str() if not _is_whole(value):
            yield f"{path}: {value!r}: half a character (a lone surrogate) stands in it: write text"
        case Mapping():
            for name, item in value.items():
                if _is_whole(str(name)):
                    yield from halves(item, _inside_name(path, str(name)))
                else:
                    yield f"{_inside_name(path, repr(name))}: half a character (a lone surrogate) stands in the name"
        case list():
            for number, item in enumerate(value, start=1):
                yield from halves(item, f"{path}[{number}]")


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    for kind in (str, bool, int, float):
        converter.register_structure_hook(kind, _exactly)
    converter.register_structure_hook_func(_is_text_or_more, partial(_text_or_more, converter))
    converter.register_structure_hook_func(_is_table_or_tables, partial(_table_or_tables, converter))
    converter.register_structure_hook_func(_is_choice, partial(_chosen, converter))
    converter.register_structure_hook_factory(has, partial(_table, converter, make_dict_structure_fn))
    converter.register_structure_hook_factory(_is_dict, partial(_table, converter, mapping_structure_factory))
    converter.register_structure_hook_factory(_is_list, partial(_list, converter))
    return converter


def _is_dict(kind: Any) -> bool:
    return get_origin(kind) is dict


def _table(converter: cattrs.Converter, factory: Callable[..., Any], kind: Any) -> Callable[[Any, Any], Any]:
    """What `factory` makes, told apart from what is no table at all."""
    inside = factory(kind, converter)

    def read(value: Any, kind: Any) -> Any:
        return inside(_a_table(value), kind)

    return read


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list


def _list(converter: cattrs.Converter, kind: Any) -> Callable[[Any, Any], Any]:
    """A list, told apart from text and tables, which can be iterated too."""
    inside = list_structure_factory(kind, converter)

    def read(value: Any, kind: Any) -> Any:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        return inside(value, kind)

    return read


def _a_table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is no table")
    return value


def _is_text_or_more(kind: Any) -> bool:
    is_union = get_origin(kind) is UnionType or get_origin(kind) is Union
    return is_union and len(get_args(kind)) == 2 and str in get_args(kind) and NoneType not in get_args(kind)


def _text_or_more(converter: cattrs.Converter, value: Any, kind: Any) -> Any:
    """Text where text is written, else the list, table or number that may stand in its place."""
    (other,) = (member for member in get_args(kind) if member is not str)
    return value if isinstance(value, str) else converter.structure(value, other)


def _is_table_or_tables(kind: Any) -> bool:
    is_union = get_origin(kind) is UnionType or get_origin(kind) is Union
    return is_union and sorted(str(get_origin(member)) for member in get_args(kind)) == [str(dict), str(list)]


def _table_or_tables(converter: cattrs.Converter, value: Any, kind: Any) -> Any:
    """A list where a list is written, else the table that may stand in its place."""
    wanted = list if isinstance(value, list) else dict
    return converter.structure(value, next(member for member in get_args(kind) if get_origin(member) is wanted))


def _is_choice(kind: Any) -> bool:
    """A union of tables, each of which names in `told_by` the key that only it has."""
    is_union = get_origin(kind) is UnionType or get_origin(kind) is Union
    return is_union and all(hasattr(member, "told_by") for member in get_args(kind))


def _chosen(converter: cattrs.Converter, value: Any, kind: Any) -> Any:
    """The table whose key is there; the first kind where none is."""
    table, kinds = _a_table(value), get_args(kind)
    told = [it for it in kinds if it.told_by in table]
    if len(told) > 1:
        known, found = ", ".join(it.told_by for it in kinds), " and ".join(it.told_by for it in told)
        raise ValueError(f"is told by one of {known}, and has {found}: leave out all but one")
    return converter.structure(table, *told or kinds[:1])


def _exactly(value: Any, kind: type) -> Any:
    whole_as_float = kind is float and type(value) is int
    if type(value) is not kind and not whole_as_float:
        raise TypeError(f"{value!r} is no {_WORDS[kind]}")
    return value


_WORDS = {str: "text", bool: "true or false", int: "whole number", float: "number"}


def _faults(error: Exception, path: str) -> Iterator[str]:
    match error:
        case ClassValidationError():
            with_notes, without = error.group_exceptions()
            for inner, note in with_notes:
                yield from _faults(inner, _inside(path, note))
            for inner in without:
                yield from _faults(inner, path)
        case IterableValidationError():
            items, without = error.group_exceptions()
            for inner, item in items:
                yield from _faults(inner, _at(path, item))
            for inner in without:
                yield from _faults(inner, path)
        case ForbiddenExtraKeysError(cl=cls, extra_fields=extra):
            known = ", ".join(attribute.name for attribute in fields(cls)) if has(cls) else ""
            for name in sorted(extra):
                yield f"{_inside_name(path, name)}: unknown; known are {known}"
        case KeyError():
            yield f"{path}: is missing"
        case _:
            yield from (f"{path}: {fault}" for fault in getattr(error, "faults", [str(error)]))


def _inside(path: str, note: AttributeValidationNote) -> str:
    return _inside_name(path, note.name)


def _inside_name(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _at(path: str, note: IterableValidationNote) -> str:
    index = note.index
    return f"{path}[{index + 1}]" if isinstance(index, int) else _inside_name(path, str(index))
