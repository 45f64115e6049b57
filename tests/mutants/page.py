"""The page of the documentation that lists every mutant, made of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.mutants.catalogue import OF_CALENDARS, OF_CLOCKS, Mutant

PAGE = """# Mutants: what the tests would notice

A test that passes says little unless it can fail. So there are {count} mutants of calendars and clocks: each makes one
thing wrong, in a sentence that one might find in a bug report. A mutant is switched on from outside, by replacing a
public function or method before any test is imported; nothing in the package knows of it, and no test was written for
one. What catches it is a law that the quick suite states anyway.

Numbers are those of the laws. Other laws catch the same mutants: the tables name one for each.

{tables}
## Run them

The whole quick suite under each mutant, or under those that are named, until a test fails:

```sh
python -m tests.mutants
python -m tests.mutants due-a-microsecond-late pause-is-charged
```

It prints for each mutant the test that caught it first, which need not be the one above, and the seconds: a mutant that
few tests notice takes minutes. The exit code is 1 if one was not caught. `make test` runs for each mutant only the test
above, in a process of its own, and the same tests without any.

To look at one mutant closely:

```sh
python -m pytest -p tests.mutants.plugin --mutant pause-is-charged tests/clocks
```

## What they found

`known-at-is-ignored` passed law 23 of `test_laws.py`, because the histories that it drew stood under agreements that
promise nothing: there was no clock to judge. So it was with two more laws of that file. They draw others now; one of
them then said too little of waivers.

## Add one

Write what is wrong as a function in [`calendars.py`](../../tests/mutants/calendars.py) or
[`clocks.py`](../../tests/mutants/clocks.py), and a sentence, a law and a test that is there already in
[`catalogue.py`](../../tests/mutants/catalogue.py); `python -m tests.docs.pages` writes this page anew. If no test
catches it, a law is missing: state it in general, not for the mutant.
"""


def mutants_page() -> str:
    """What it is, the tables, and how to run it."""
    tables = [*_table("Calendars", OF_CALENDARS), *_table("Clocks", OF_CLOCKS)]
    return PAGE.format(count=len(OF_CALENDARS) + len(OF_CLOCKS), tables="\n".join(tables))


def _table(title: str, mutants: Iterable[Mutant]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| wrong | caught by | law |\n|---|---|---|"
    yield from (f"| {it.wrong} | {'<br>'.join(map(_test, it.caught_by))} | {it.law} |" for it in mutants)
    yield ""


def _test(id: str) -> str:
    """The name of a test, which leads to its file."""
    path, _, name = id.partition("::")
    return f"[`{name or path.rpartition('/')[2]}`](../../{path})"
