"""Every fault a sheet can have, in the words the manager reads; none of them repeats what a cell says."""

from __future__ import annotations

from hvb_followup.errors import Problem

_SAVE_AS = "Spara den som ”CSV UTF-8” i kalkylprogrammet och försök igen."

# code: what is wrong, what to do about it
_WORDS = {
    "sheet-kind": ("Det finns inget sådant blad.", "Välj ett av bladen i listan."),
    "sheet-too-large": ("Filen är större än 10 MB.", "Dela upp den i flera."),
    "sheet-encoding": ("Filen är inte text i CSV-format, eller så går tecknen inte att tyda.", _SAVE_AS),
    "sheet-nul": ("Filen har tecken som inte hör hemma i text.", _SAVE_AS),
    "sheet-empty": ("Filen är tom.", "Välj en fil med rubriker och rader."),
    "sheet-no-rows": ("Filen har inga rader under rubrikerna.", "Fyll i minst en rad."),
    "sheet-quotes": (
        "Ett citattecken börjar men slutar inte rätt, eller så är en cell för lång.",
        "Rätta raden, eller ta bort citattecknen.",
    ),
    "personal-number": (
        "Cellen ser ut som ett personnummer. Filen är inte sparad.",
        "Använd ett eget löpnummer.",
    ),
    "heading-missing": ("Kolumnen saknas.", "Lägg till den."),
    "heading-twice": ("Rubriken finns flera gånger.", "Behåll en av kolumnerna."),
    "heading-unknown": (
        "Rubriken känns inte igen. Kolumnen läses inte.",
        "Ta bort den, eller rätta rubriken.",
    ),
    "row-ragged": (
        "Raden har inte lika många celler som rubrikraden.",
        "Kontrollera skiljetecken och citattecken.",
    ),
    "row-key-twice": ("Samma nyckel står på flera rader. Ingen av dem är läst.", "Behåll en."),
    "cell-missing": ("Cellen är tom.", "Fyll i den."),
    "unknown-provider": ("Utföraren finns inte i registret.", "Lägg in utföraren först."),
    "unknown-unit": ("Hemmet finns inte i registret.", "Lägg in hemmet först."),
    "unknown-municipality": ("Kommunen finns inte i registret.", "Kontrollera kommunkoden."),
    "end-before-start": ("Slutet är före början.", "Har dag och månad bytt plats?"),
    "terms-overlap": ("Perioden går in i hemmets nästa period.", "Låt den sluta dagen innan nästa börjar."),
    "birth-year": ("Födelseåret passar inte startdatumet.", "Kontrollera båda."),
}


def in_file(code: str, row: int | None = None) -> Problem:
    """What is wrong with the file as a whole, or from a row on."""
    says, mend = _WORDS[code]
    return Problem(code=code, where="filen" if row is None else f"rad {row}", says=says, mend=mend)


def in_row(code: str, row: int) -> Problem:
    """What is wrong with a row."""
    return in_file(code, row)


def in_cell(code: str, row: int, column: str) -> Problem:
    """What is wrong in one cell; ``column`` is its Swedish heading or its letter."""
    says, mend = _WORDS[code]
    return Problem(code=code, where=f"rad {row}, kolumn {column}", says=says, mend=mend)
