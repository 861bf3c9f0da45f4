"""The sheet of staff: one engagement a row, with what shows the person's qualification and when it was looked at.

Rows are about a member of staff (class B). Of a register check only days are asked for, never what an extract
said; the key is the home's own, never a personnummer.
"""

from __future__ import annotations

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.model import (
    Column,
    Sheet,
    ValueKind,
    optional,
)
from hvb_followup.registers.staff_checks import alike, educated, engaged, excused, overlapping, register_check
from hvb_followup.registers.staff_row import StaffRow
from hvb_followup.registers.uses import SELF_CHECK
from hvb_followup.registers.values import (
    DATE,
    DATE_OR_YEAR,
    EMPLOYER,
    NUMBER,
    PERCENT,
    RULE_ID,
    SERIAL,
    TEXT,
    UNIT_ID,
    YES_NO,
    choice,
    choices,
)

BOTH: dict[str, tuple[str, ...]] = {"both": ("criminal_record", "suspicion_register")}


def staff_sheet(lists: Codelists) -> Sheet:
    """The sheet, with these codelists."""
    return Sheet(
        kind="staff",
        title="Personal",
        row=StaffRow,
        key=("unit", "staff", "engaged_from_on"),
        span=("engaged_from_on", "engaged_to_on"),
        dated_by="engaged_from_on",
        row_checks=(engaged, educated, register_check, excused),
        sheet_checks=(overlapping, alike),
        uses={
            "role": "StaffRecord.role",
            "engagement": "ENGAGEMENTS.engagement",
            "offered_on": "StaffRecord.offered_on",
            "percent": SELF_CHECK,
            "duties": "StaffRecord.duties",
            "manager_from_on": "StaffRecord.manager_from_on",
            "manager_to_on": "StaffRecord.manager_to_on",
            **_education_uses(1),
            **_education_uses(2),
            "experience_from_on": "Experience.from_on",
            "experience_to_on": "Experience.to_on",
            "experience_evidence": "Experience.evidence",
            "suitability_on": "Assessment.assessed_on",
            "suitability_holds": "Assessment.holds",
            "competence_on": "Assessment.assessed_on",
            "target_group_on": "Assessment.assessed_on",
            "special_rule": "SpecialReason.rule",
            "special_decided_on": "SpecialReason.decided_on",
            "special_expires_on": "SpecialReason.expires_on",
            "check_registers": "RegisterCheck.registers",
            "check_issued_on": "RegisterCheck.issued_on",
            "check_handed_over_on": "RegisterCheck.handed_over_on",
            "check_on": "RegisterCheck.checked_on",
            "check_by_employer": "RegisterCheck.is_fetched_by_employer",
            "check_by_role": SELF_CHECK,
            "previous_ended_on": "PreviousEngagement.ended_on",
            "previous_employer": "PreviousEngagement.employer",
            "supervision_on": SELF_CHECK,
            "introduction_on": SELF_CHECK,
        },
        columns=(
            Column(
                "staff",
                "Personalnyckel",
                SERIAL,
                ("nyckel", "anställningsnummer", "personal"),
                "Er egen nyckel, som P-07. Aldrig ett personnummer eller namn.",
            ),
            Column(
                "unit",
                "Hem",
                UNIT_ID,
                ("hemmets id", "enhet", "enhetsid"),
                "Hemmets id: H och sex tecken.",
                refers_to="units",
            ),
            Column(
                "role",
                "Roll",
                choice(lists["roles"]),
                ("befattning",),
                "Föreståndare, omsorgspersonal eller annan personal.",
            ),
            Column(
                "engagement",
                "Anställningsform",
                choice(lists["engagements"]),
                ("anställning",),
                "Anställning, inhyrd, uppdrag, praktik, volontär eller liknande.",
            ),
            Column(
                "engaged_from_on",
                "Anställd från",
                DATE,
                ("från", "första dag", "anställningsdatum", "startdatum"),
                "Första arbetsdagen i den här anställningen i det här hemmet.",
            ),
            optional(
                "engaged_to_on",
                "Anställd till",
                DATE,
                ("till", "sista dag", "slutdatum"),
                "Sista dagen. Lämna tomt om personen är kvar.",
            ),
            optional(
                "offered_on",
                "Erbjuden",
                DATE,
                ("erbjuden anställning",),
                "Dagen då anställningen erbjöds. Behövs bara vid återanställning.",
            ),
            optional(
                "percent",
                "Sysselsättning %",
                PERCENT,
                ("sysselsättningsgrad", "tjänstgöringsgrad"),
                "0–100.",
            ),
            optional(
                "duties",
                "Arbetsuppgifter",
                choices(lists["duties"]),
                ("uppgifter",),
                "En eller flera med komma mellan: vård och omsorg, uppfostran, behandling, kök …",
            ),
            optional(
                "manager_from_on",
                "Föreståndare från",
                DATE,
                (),
                "Bara för den som är eller har varit föreståndare en del av tiden.",
            ),
            optional("manager_to_on", "Föreståndare till", DATE, (), "Sista dagen som föreståndare."),
            *_education(lists, 1),
            *_education(lists, 2),
            optional(
                "experience_from_on",
                "Erfarenhet från",
                DATE_OR_YEAR,
                ("relevant erfarenhet från",),
                "Början på erfarenhet av liknande verksamhet.",
            ),
            optional(
                "experience_to_on",
                "Erfarenhet till",
                DATE_OR_YEAR,
                ("relevant erfarenhet till",),
                "Slutet på den, om den är slut.",
            ),
            optional(
                "experience_evidence",
                "Erfarenhet bevis",
                choice(lists["evidence"]),
                ("bevis för erfarenhet",),
                "Kontrollerad, bifogad eller egen uppgift.",
            ),
            optional(
                "suitability_on",
                "Lämplighet bedömd",
                DATE,
                ("personlig lämplighet", "personlig lämplighet bedömd"),
                "Dagen då den personliga lämpligheten bedömdes.",
            ),
            optional(
                "suitability_holds",
                "Lämplig",
                YES_NO,
                ("personligt lämplig",),
                "Nej bara om bedömningen var att lämpligheten brister.",
            ),
            optional(
                "competence_on",
                "Samlad kompetens bedömd",
                DATE,
                ("sammantagen kompetens", "sammantagen kompetens bedömd"),
                "Föreståndare: dagen då den samlade kompetensen bedömdes.",
            ),
            optional(
                "target_group_on",
                "Kunskap om målgruppen bedömd",
                DATE,
                (),
                "Frågas bara av förslag, ännu inte av lagen.",
            ),
            optional(
                "special_rule",
                "Särskilda skäl regel",
                RULE_ID,
                ("särskilda skäl",),
                "Regelns id, som STF-2025-EDU.",
            ),
            optional(
                "special_decided_on",
                "Särskilda skäl beslut",
                DATE,
                ("särskilda skäl beslutade",),
                "Dagen då skälen skrevs ned.",
            ),
            optional(
                "special_expires_on",
                "Särskilda skäl till",
                DATE,
                ("särskilda skäl gäller till",),
                "Sista dagen de gäller. De måste ha ett slut.",
            ),
            optional(
                "check_registers",
                "Registerkontroll avser",
                choices(lists["registers_checked"], BOTH),
                ("kontroll avser", "register"),
                "Belastningsregistret, misstankeregistret eller båda. Aldrig vad som stod.",
            ),
            optional(
                "check_issued_on",
                "Utdraget daterat",
                DATE,
                ("utdrag utfärdat", "utdragets datum"),
                "Dagen då utdraget utfärdades.",
            ),
            optional(
                "check_handed_over_on",
                "Utdraget lämnat",
                DATE,
                ("utdrag lämnat",),
                "Dagen då personen lämnade det.",
            ),
            optional(
                "check_on",
                "Registerkontroll datum",
                DATE,
                ("registerkontroll", "registerkontroll gjord"),
                "Dagen då ni tittade på utdraget.",
            ),
            optional(
                "check_by_employer",
                "Hämtat av arbetsgivaren",
                YES_NO,
                ("utdrag hämtat av arbetsgivaren",),
                "Ja om ni hämtade utdraget själva.",
            ),
            optional(
                "check_by_role",
                "Kontrollerad av roll",
                TEXT,
                (),
                "En roll, som föreståndare. Aldrig ett namn.",
            ),
            optional(
                "previous_ended_on",
                "Förra anställningen slutade",
                DATE,
                (),
                "Vid återanställning: sista dagen i den förra.",
            ),
            optional("previous_employer", "Förra arbetsgivaren", EMPLOYER, (), "Samma, eller utförarens id."),
            optional(
                "supervision_on",
                "Handledning senast",
                DATE,
                ("senaste handledning",),
                "Dagen för senaste handledning.",
            ),
            optional(
                "introduction_on",
                "Introduktion klar",
                DATE,
                ("introduktion",),
                "Dagen då introduktionen var klar.",
            ),
        ),
    )


def _education_uses(number: int) -> dict[str, str]:
    """What the columns of one education are for."""
    fields = {
        "level": "level",
        "field": "field",
        "years": "years",
        "hp": "hp_credits",
        "yh": "yh_points",
        "completed_on": "completed_on",
        "evidence": "evidence",
        "checked_on": "checked_on",
        "equivalent_on": "deemed_equivalent_on",
    }
    uses = {f"education_{number}_{name}": f"Education.{field}" for name, field in fields.items()}
    return {**uses, f"education_{number}_issuer": SELF_CHECK}


def _education(lists: Codelists, number: int) -> tuple[Column, ...]:
    """The columns of one education; the first also answers to headings without a number."""

    def column(name: str, heading: str, kind: ValueKind, help_: str, *also: str) -> Column:
        words = also if number == 1 else ()
        return optional(f"education_{number}_{name}", f"Utbildning {number} {heading}", kind, words, help_)

    return (
        column(
            "level",
            "nivå",
            choice(lists["education_levels"]),
            "Den nivå utbildningen ligger på.",
            "utbildningsnivå",
            "utbildning nivå",
            "utbildning",
        ),
        column(
            "field", "inriktning", choice(lists["education_fields"]), "Vad den är inriktad på.", "inriktning"
        ),
        column(
            "years",
            "år",
            NUMBER,
            "Längd i år på heltid, som 2 eller 1,5.",
            "utbildningslängd",
            "utbildning år",
        ),
        column("hp", "hp", NUMBER, "Högskolepoäng. 60 är ett år.", "högskolepoäng", "hp"),
        column("yh", "YH-poäng", NUMBER, "YH-poäng. 200 är ett år.", "YH-poäng"),
        column(
            "issuer",
            "lärosäte",
            TEXT,
            "Skolan eller utbildaren.",
            "lärosäte",
            "utbildare",
            "lärosäte/utbildare",
        ),
        column(
            "completed_on",
            "klar",
            DATE_OR_YEAR,
            "Examensdag, eller bara året.",
            "examensår",
            "examen",
            "examensdag",
        ),
        column(
            "evidence",
            "bevis",
            choice(lists["evidence"]),
            "Kontrollerad mot källan, bifogad kopia eller egen uppgift.",
            "bevisklass",
            "bevis",
        ),
        column(
            "checked_on",
            "bevis kontrollerat",
            DATE,
            "Dagen då ni kontrollerade beviset.",
            "bevis kontrollerat",
            "bevis datum",
        ),
        column(
            "equivalent_on",
            "likvärdig",
            DATE,
            "Dagen då ni skrev ned varför den motsvarar kravet.",
            "likvärdig",
            "bedömd som likvärdig",
        ),
    )
