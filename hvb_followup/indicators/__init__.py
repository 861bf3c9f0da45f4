"""What is counted of what was answered: signed definitions as data, and the way from answers to values.

    model        what an indicator file may say
    expressions  the small SQL of plain comparisons that numerators are written in
    compute      answers to MARKS to VALUES, in integers
    blocks       rows of a register: whom an indicator counts, and what of them
    staff        staff registers and staff answers to exact counts (class B)

The room knows no questionnaire: which columns and codes exist is said to it.
"""
