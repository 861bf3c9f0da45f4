"""The signed-in door of one's own home: what to do, placements, staff and competence, import, signing, results.

    front        Hemmet: what to do first, then facts; a quarter, and signing it
    placements   who lives and has lived there, and which side has confirmed it
    rows         one row by hand: the form that is made from the sheet's definition
    staff        verdicts, shares, managers, cover, and what-if for a home and for all of one's own
    feedback     what is told back after a wave, and the sheet that is put up
    uploads      template, dry run, confirmation, import, annotated copy, undo
    *_view       what each page shows, in words: pure functions of what an errand gave
    whose        whose register a page is of: a municipality's placements go through the same forms and uploads
    carried      the upload between two steps: sealed, in the page itself, never stored
    words        the words they share

Rows about young people (class A) and staff (class B) are shown here to those who report them, to nobody else, and
every look leaves an audit row. Nothing here knows an answer.
"""

from __future__ import annotations

from hvb_followup.web.unit import feedback, front, placements, rows, staff, uploads

HANDLERS = (
    front.front,
    front.quarter,
    front.sign,
    placements.placements,
    placements.confirm,
    rows.form,
    rows.save,
    staff.staff,
    staff.what_if,
    feedback.waves,
    feedback.one,
    feedback.write,
    feedback.printed,
    uploads.start,
    uploads.work,
    uploads.template,
    uploads.undo,
)
