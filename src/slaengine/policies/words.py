"""Words that a caller may write as text, each of a few."""

from enum import StrEnum
from typing import NoReturn

from slaengine.errors import AgreementError


class Word(StrEnum):
    """One of some words. Raises AgreementError, which lists them, for any other."""

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise AgreementError([f"{value!r} is unknown: choose among {', '.join(cls)}"])
