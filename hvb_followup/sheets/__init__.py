"""The only room that knows spreadsheets: uploads in, templates, annotated copies and exports out.

Nobody may trust an upload, so the serving process never unpacks one: ``reading`` and ``annotating`` hand the bytes
to a fresh child (``isolation``) that puts itself under hard limits (``child``), works (``workbook`` with its readers
of parts, ``marking``), answers and ends. What the child says is data with declared types, and at worst a refusal.

    reading     an upload → lines with the row numbers a spreadsheet shows
    template    a kind of sheet → an Excel template
    annotating  an upload and its problems → the same values with the faulty cells marked
    exporting   headings and rows → xlsx or csv in which nothing is a formula

The room decides nothing about what a row means: that is ``registers``.
"""
