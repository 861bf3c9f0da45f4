"""Does a test notice when the code is wrong? One small fault at a time is put in, and the tests that meet it are run.

    python -m tests.mutation access disclosure --seconds 10 --kept FOLDER
    python -m tests.mutation comparison outcomes --seed 1 --sample 600 --seconds 6 --kept FOLDER [--workers 2]

Rooms are named as under ``hvb_followup``; without ``--sample`` every fault of them is tried. A sample is drawn by lot
of each fault's own name, so that it stays the same while others are deleted or marked. First every test is run
once by itself and its lines are noted. A fault is then met only by the tests that run its lines, the fastest and those
that noticed a neighbour first, until one fails; a fault on lines that no test runs survives at once, and one that
makes a test run five times as long is noticed. ``--seconds`` ends a fault's trial after so many seconds of tests, and
it survives though a later test might have noticed. The tests are loaded once: each fault is tried in a fork, where the
function's code is changed (``putting``); faults on lines that run already when modules are loaded are tried in a fork
that loads them anew. Nothing is written into the house.

``--kept`` keeps what was found, outside the house: a run that was stopped goes on, and a later one tries again only
what has changed, survivors also when any test has. Faults that change nothing that can be seen are in
``equivalent.toml``, each with its reason, and are not counted. Survivors are printed; the command exits 1 when fewer
are killed than a room's limit: 95 % of disclosure and access, 85 % of comparison and outcomes.
"""
