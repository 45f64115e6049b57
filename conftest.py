"""The code in README.md and docs runs as tests: see tests/docs/blocks.py."""

from sybil import Sybil

from tests.docs.blocks import PAGES, blocks, close_page, open_page

pytest_collect_file = Sybil(parsers=[blocks], patterns=PAGES, setup=open_page, teardown=close_page).pytest()
