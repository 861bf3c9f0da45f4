"""HVB-uppföljning: follow-up of Swedish residential care homes (HVB), in the words of those who live there.

The map of the house, from the ground up (imports run downward only, pyproject.toml checks it):

    frames periods errors gates      what travels between rooms, when, and what can go wrong or not be told
    registry pseudonyms access       homes and people as values; keyed hashes; who may do what
    batches throttling               many things some at a time; how many tries in vain are too many
    questionnaires qualifications registers indicators disclosure comparison outcomes waves ballot
    safeguarding feedback pages      the rules: pure functions that know no web, database, file or clock
    catalogue                        all definitions together, cross-checked
    content rulebooks store keys mail sheets documents
                                     one room per outside thing: files, database, keys, messages, spreadsheets, PDF
    verification                     reference cases against the methods of comparison and outcomes
    actions                          errands: authorise, read, decide, write, audit
    web jobs demo                    the doors
    desk                             the second door: the only one that opens what is sealed to it
    cli                              the commands

What may never bend stands in ``disclosure`` (nothing published can be taken apart) and ``ballot``
(nobody can join an answer to a person).
"""

__version__ = "0.1.0"
