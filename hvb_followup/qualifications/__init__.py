"""Dated qualification rules: who meets which requirement, on which day, shown how, by which paragraph.

    days         months that are added, and runs of days
    staff        what is known of a member of staff and of the home, with dates
    model        what a rule file may say
    soundness    whether a rule file holds together
    binding      whom a rule binds
    parts        what becomes of each part of a requirement
    education    whether an education answers a need
    register     the register check before an engagement (lag 2007:171)
    words        states of a finding, and reasons in Swedish
    check        one person, one rule, one day → a finding
    versions     all rule files together: which of them holds on a day
    examples     the worked examples in the rule files
    managers     days without a manager who has shown the qualification
    hours        scheduled hours: night and hired cover
    shares       findings counted by heads and by hours, as the home sees them
    what_if      the same staff under other rules
    rulebook/    the rules themselves, one TOML per source and version

Rows here are about members of staff (class B, DESIGN §4.6). The room reads no file and knows no clock; it
never learns what a register extract said, only the days on which it was issued, handed over and looked at.
"""
