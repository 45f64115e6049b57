"""A desk that never was, audited: `python -m examples.demo`."""
