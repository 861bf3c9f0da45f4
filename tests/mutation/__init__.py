"""Does a test notice when the code is wrong? One small fault at a time is put in, and the nearest tests are run.

    python -m tests.mutation disclosure access [--seed 1 --sample 60 --workers 2]
    python -m tests.mutation comparison outcomes --seed 1 --sample 600

Rooms are named as under ``hvb_followup``; without ``--sample`` every mutant of them is tried. Faults that change
nothing that can be seen are in ``equivalent.toml``, each with its reason. Survivors are printed; the command exits 1
when fewer are killed than the rooms' limit: 95 % of disclosure and access, 85 % of comparison and outcomes.
"""
