"""The columns of the staff sheet as a table: id, heading, what may stand there, other headings, help."""

from __future__ import annotations

from collections.abc import Iterator

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.listed import HOME, Many, One, Told, listed
from hvb_followup.registers.model import Column
from hvb_followup.registers.values import (
    DATE,
    DATE_OR_YEAR,
    EMPLOYER,
    NUMBER,
    PERCENT,
    RULE_ID,
    SERIAL,
    TEXT,
    YES_NO,
)

BOTH: dict[str, tuple[str, ...]] = {"both": ("criminal_record", "suspicion_register")}


ENGAGEMENT = (
    Told(
        "staff",
        "Personalnyckel",
        SERIAL,
        ("nyckel", "anställningsnummer", "personal"),
        "Er egen nyckel, som P-07. Aldrig ett personnummer eller namn.",
        required=True,
    ),
    HOME,
    Told(
        "role",
        "Roll",
        One("roles"),
        ("befattning",),
        "Föreståndare, omsorgspersonal eller annan personal.",
        required=True,
    ),
    Told(
        "engagement",
        "Anställningsform",
        One("engagements"),
        ("anställning",),
        "Anställning, inhyrd, uppdrag, praktik, volontär eller liknande.",
        required=True,
    ),
    Told(
        "engaged_from_on",
        "Anställd från",
        DATE,
        ("från", "första dag", "anställningsdatum", "startdatum"),
        "Första arbetsdagen i den här anställningen i det här hemmet.",
        required=True,
    ),
    Told(
        "engaged_to_on",
        "Anställd till",
        DATE,
        ("till", "sista dag", "slutdatum"),
        "Sista dagen. Lämna tomt om personen är kvar.",
    ),
    Told(
        "offered_on",
        "Erbjuden",
        DATE,
        ("erbjuden anställning",),
        "Dagen då anställningen erbjöds. Behövs bara vid återanställning.",
    ),
    Told("percent", "Sysselsättning %", PERCENT, ("sysselsättningsgrad", "tjänstgöringsgrad"), "0–100."),
    Told(
        "duties",
        "Arbetsuppgifter",
        Many("duties"),
        ("uppgifter",),
        "En eller flera med komma mellan: vård och omsorg, uppfostran, behandling, kök …",
    ),
    Told(
        "manager_from_on",
        "Föreståndare från",
        DATE,
        (),
        "Bara för den som är eller har varit föreståndare en del av tiden.",
    ),
    Told("manager_to_on", "Föreståndare till", DATE, (), "Sista dagen som föreståndare."),
)
# Of each of two; the first also answers to these headings without a number.
EDUCATION = (
    Told(
        "level",
        "nivå",
        One("education_levels"),
        ("utbildningsnivå", "utbildning nivå", "utbildning"),
        "Den nivå utbildningen ligger på.",
    ),
    Told("field", "inriktning", One("education_fields"), ("inriktning",), "Vad den är inriktad på."),
    Told(
        "years", "år", NUMBER, ("utbildningslängd", "utbildning år"), "Längd i år på heltid, som 2 eller 1,5."
    ),
    Told("hp", "hp", NUMBER, ("högskolepoäng", "hp"), "Högskolepoäng. 60 är ett år."),
    Told("yh", "YH-poäng", NUMBER, ("YH-poäng",), "YH-poäng. 200 är ett år."),
    Told(
        "issuer",
        "lärosäte",
        TEXT,
        ("lärosäte", "utbildare", "lärosäte/utbildare"),
        "Skolan eller utbildaren.",
    ),
    Told(
        "completed_on",
        "klar",
        DATE_OR_YEAR,
        ("examensår", "examen", "examensdag"),
        "Examensdag, eller bara året.",
    ),
    Told(
        "evidence",
        "bevis",
        One("evidence"),
        ("bevisklass", "bevis"),
        "Kontrollerad mot källan, bifogad kopia eller egen uppgift.",
    ),
    Told(
        "checked_on",
        "bevis kontrollerat",
        DATE,
        ("bevis kontrollerat", "bevis datum"),
        "Dagen då ni kontrollerade beviset.",
    ),
    Told(
        "equivalent_on",
        "likvärdig",
        DATE,
        ("likvärdig", "bedömd som likvärdig"),
        "Dagen då ni skrev ned varför den motsvarar kravet.",
    ),
)
EVIDENCE = (
    Told(
        "experience_from_on",
        "Erfarenhet från",
        DATE_OR_YEAR,
        ("relevant erfarenhet från",),
        "Början på erfarenhet av liknande verksamhet.",
    ),
    Told(
        "experience_to_on",
        "Erfarenhet till",
        DATE_OR_YEAR,
        ("relevant erfarenhet till",),
        "Slutet på den, om den är slut.",
    ),
    Told(
        "experience_evidence",
        "Erfarenhet bevis",
        One("evidence"),
        ("bevis för erfarenhet",),
        "Kontrollerad, bifogad eller egen uppgift.",
    ),
    Told(
        "suitability_on",
        "Lämplighet bedömd",
        DATE,
        ("personlig lämplighet", "personlig lämplighet bedömd"),
        "Dagen då den personliga lämpligheten bedömdes.",
    ),
    Told(
        "suitability_holds",
        "Lämplig",
        YES_NO,
        ("personligt lämplig",),
        "Nej bara om bedömningen var att lämpligheten brister.",
    ),
    Told(
        "competence_on",
        "Samlad kompetens bedömd",
        DATE,
        ("sammantagen kompetens", "sammantagen kompetens bedömd"),
        "Föreståndare: dagen då den samlade kompetensen bedömdes.",
    ),
    Told(
        "target_group_on",
        "Kunskap om målgruppen bedömd",
        DATE,
        (),
        "Frågas bara av förslag, ännu inte av lagen.",
    ),
    Told(
        "special_rule", "Särskilda skäl regel", RULE_ID, ("särskilda skäl",), "Regelns id, som STF-2025-EDU."
    ),
    Told(
        "special_decided_on",
        "Särskilda skäl beslut",
        DATE,
        ("särskilda skäl beslutade",),
        "Dagen då skälen skrevs ned.",
    ),
    Told(
        "special_expires_on",
        "Särskilda skäl till",
        DATE,
        ("särskilda skäl gäller till",),
        "Sista dagen de gäller. De måste ha ett slut.",
    ),
    Told(
        "check_registers",
        "Registerkontroll avser",
        Many("registers_checked", BOTH),
        ("kontroll avser", "register"),
        "Belastningsregistret, misstankeregistret eller båda. Aldrig vad som stod.",
    ),
    Told(
        "check_issued_on",
        "Utdraget daterat",
        DATE,
        ("utdrag utfärdat", "utdragets datum"),
        "Dagen då utdraget utfärdades.",
    ),
    Told(
        "check_handed_over_on", "Utdraget lämnat", DATE, ("utdrag lämnat",), "Dagen då personen lämnade det."
    ),
    Told(
        "check_on",
        "Registerkontroll datum",
        DATE,
        ("registerkontroll", "registerkontroll gjord"),
        "Dagen då ni tittade på utdraget.",
    ),
    Told(
        "check_by_employer",
        "Hämtat av arbetsgivaren",
        YES_NO,
        ("utdrag hämtat av arbetsgivaren",),
        "Ja om ni hämtade utdraget själva.",
    ),
    Told("check_by_role", "Kontrollerad av roll", TEXT, (), "En roll, som föreståndare. Aldrig ett namn."),
    Told(
        "previous_ended_on",
        "Förra anställningen slutade",
        DATE,
        (),
        "Vid återanställning: sista dagen i den förra.",
    ),
    Told("previous_employer", "Förra arbetsgivaren", EMPLOYER, (), "Samma, eller utförarens id."),
    Told(
        "supervision_on",
        "Handledning senast",
        DATE,
        ("senaste handledning",),
        "Dagen för senaste handledning.",
    ),
    Told(
        "introduction_on", "Introduktion klar", DATE, ("introduktion",), "Dagen då introduktionen var klar."
    ),
)


def columns(lists: Codelists) -> tuple[Column, ...]:
    """Every column of the sheet, in order, with these codelists."""
    return listed((*ENGAGEMENT, *_of_education(1), *_of_education(2), *EVIDENCE), lists)


def _of_education(number: int) -> Iterator[Told]:
    for one in EDUCATION:
        yield one._replace(
            id=f"education_{number}_{one.id}",
            heading=f"Utbildning {number} {one.heading}",
            synonyms=one.synonyms if number == 1 else (),
        )
