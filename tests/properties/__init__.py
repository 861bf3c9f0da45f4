"""The ten properties that figures of small units must have, each simulated or counted through, beside its limit.

    python -m tests.properties [P1 P6 …] [--quick]

prints every figure beside its limit and exits 1 when one is on the wrong side. Without ``--quick`` the worlds are as
many as the property says. The same functions, quick, are tests of every change; nightly they run in full.
"""
