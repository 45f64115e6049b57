"""Files of conformance cases, run through the public API.

    python -m tests.conformance calendar FILE

Each module here carries out one form of case; cases/ holds examples of them.
"""
