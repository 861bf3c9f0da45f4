"""What may be shown of what young people answered, and the proof that nothing shown can be taken apart.

The way through the room: ``pairs`` joins a placement's start and exit, ``freeze`` puts each answer (or
pair) once and for ever into an atom of at least five persons, ``coarse`` makes each atom's figure
coarse once, ``show`` adds coarse data up into figures, ``audit`` proves it over everything ever
released (DESIGN §4.4–4.7). Blocks of registers (endings, admissions, presence, events) are atoms whose
waves are quarters; they go the same way. The room knows no questionnaire, no indicator definition, no
database and no clock. ``audit``, ``classes``, ``bounds`` and ``structure`` never call the other half of
the room: they are its opponent.

Staff (class B, DESIGN §4.6) have a way of their own: ``staff`` holds the classes, ``staff_change`` says when
a class may be told anew, ``staff_show`` adds classes up, ``staff_hours`` and ``staff_survey`` tell of time and
answers, and ``staff_audit`` is their opponent.
"""
