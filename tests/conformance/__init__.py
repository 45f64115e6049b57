"""Cases and desks whose answers are known from elsewhere, run through the public API.

    python -m tests.conformance calendar FILE    cases of business-time arithmetic
    python -m tests.conformance sla FILE         cases of whole clocks
    python -m tests.conformance desk DIR         a whole desk, with both clocks of each ticket

cases/ holds examples of each form.
"""
