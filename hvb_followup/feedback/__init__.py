"""The duty to tell back: what a home tells its young people will be done after a wave, by when, and by which role.

    model    the statement: a few words, at most three actions
    checks   what may never be stored, and what is missing before it can be put up
    duty     when it is due, and whether it was in time

The room knows no answer and no figure: what is told back within 30 days is what will be done (R7 §3.9 R5 as DESIGN
§12 has it), and figures are added to the sheet when a release has shown them to everybody.
"""
