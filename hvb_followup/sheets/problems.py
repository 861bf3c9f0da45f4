"""Every fault a file of rows can have before its rows mean anything; no sentence repeats what a cell says."""

from __future__ import annotations

from hvb_followup.errors import Problem

_SAVE_XLSX = "Öppna filen i kalkylprogrammet, välj Spara som ”Excel-arbetsbok (.xlsx)” och försök igen."
_NEW_BOOK = "Kopiera raderna till en tom arbetsbok, klistra in dem som värden, spara och försök igen."

# code: what is wrong, what to do about it
_WORDS = {
    "sheet-empty": ("Filen är tom.", "Välj en fil med rubriker och rader."),
    "sheet-too-large": ("Filen är större än 10 MB.", "Dela upp den i flera."),
    "sheet-too-long": ("Filen har fler rader än vi tar emot på en gång.", "Dela upp den i flera."),
    "sheet-too-wide": (
        "Filen har fler kolumner än vi tar emot.",
        "Ta bort de kolumner som inte hör till mallen.",
    ),
    "sheet-too-many-cells": ("Filen har fler celler än vi tar emot på en gång.", "Dela upp den i flera."),
    "sheet-too-much-text": ("Filen har mer text än vi tar emot på en gång.", "Dela upp den i flera."),
    "sheet-far-cell": (
        "Här står något långt utanför tabellen.",
        "Töm cellen: markera raden eller kolumnen och ta bort den.",
    ),
    "sheet-cell-long": ("Cellen har mer text än ett kalkylblad rymmer.", "Korta texten."),
    "sheet-nul": ("Cellen har tecken som inte hör hemma i text.", "Skriv om cellen för hand."),
    "sheet-bomb": ("Filen blir orimligt stor när den packas upp.", _NEW_BOOK),
    "sheet-greedy": ("Filen tog för lång tid eller för mycket minne att läsa.", _NEW_BOOK),
    "sheet-broken": ("Filen ser ut som en Excelfil men är skadad.", _SAVE_XLSX),
    "sheet-doctype": ("Filen innehåller något som inte hör hemma i en Excelfil.", _NEW_BOOK),
    "sheet-locked": ("Filen är skyddad med lösenord.", "Ta bort lösenordet och spara den igen."),
    "sheet-old-excel": ("Filen är i Excels äldre format (.xls).", _SAVE_XLSX),
    "sheet-binary-excel": ("Filen är i Excels binära format (.xlsb).", _SAVE_XLSX),
    "sheet-open-document": ("Filen är i OpenDocument-format (.ods).", _SAVE_XLSX),
    "sheet-not-a-sheet": ("Filen är varken en Excelfil (.xlsx) eller en CSV-fil.", _SAVE_XLSX),
    "sheet-no-visible": (
        "Arbetsboken har inget synligt blad med något i.",
        "Visa bladet som har raderna och spara.",
    ),
    "sheet-which": (
        "Flera blad har samma rubriker, och vi kan inte veta vilket som gäller.",
        "Behåll ett av dem i filen, eller lägg alla rader på ett blad.",
    ),
    "sheet-merged": ("Celler är sammanfogade.", "Dela upp dem och fyll i varje cell för sig."),
    "cell-formula": (
        "Cellen har en formel utan uträknat värde.",
        "Skriv värdet i stället för formeln, eller öppna filen i kalkylprogrammet och spara den.",
    ),
    "cell-error": ("Cellen visar ett fel i stället för ett värde.", "Skriv värdet i stället för formeln."),
    "export-too-long": ("Det är fler rader än ett kalkylblad rymmer.", "Hämta dem som CSV."),
}


def in_sheet(code: str, where: str = "filen") -> Problem:
    """What is wrong with the file, or at a place in it such as ``blad 2, cell C7``."""
    says, mend = _WORDS[code]
    return Problem(code=code, where=where or "filen", says=says, mend=mend)


def child_missing() -> Problem:
    """The installation cannot start the process that reads spreadsheets."""
    return Problem(
        code="sheets-child",
        where="kalkylläsaren",
        says="Processen som läser kalkylblad går inte att starta.",
        mend="Kontrollera installationen.",
    )
