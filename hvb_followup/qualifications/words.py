"""The states a finding can have, and every reason as a whole Swedish sentence for the home itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """What was found of one person, rule and day."""

    MET = "met"
    MET_BY_EQUIVALENCE = "met_by_equivalence"
    MET_BY_EXEMPTION = "met_by_exemption"
    SPECIAL_REASONS = "special_reasons"
    IN_TRANSITION = "in_transition"
    NOT_MET = "not_met"
    ADVISORY_MET = "advisory_met"
    ADVISORY_NOT_MET = "advisory_not_met"
    NOT_ASSESSED = "not_assessed"
    UNVERIFIED_EVIDENCE = "unverified_evidence"
    NOT_APPLICABLE = "not_applicable"


# Met by the statute's own terms. Special reasons and transition are lawful too, but shown by themselves.
MET = frozenset({State.MET, State.MET_BY_EQUIVALENCE, State.MET_BY_EXEMPTION, State.ADVISORY_MET})
LAWFUL = MET | {State.SPECIAL_REASONS, State.IN_TRANSITION}

STATE_WORDS: Mapping[State, str] = MappingProxyType(
    {
        State.MET: "uppfyller",
        State.MET_BY_EQUIVALENCE: "uppfyller genom motsvarande utbildning",
        State.MET_BY_EXEMPTION: "behöver inte, enligt undantag i lagen",
        State.SPECIAL_REASONS: "särskilda skäl",
        State.IN_TRANSITION: "övergångstid",
        State.NOT_MET: "uppfyller inte",
        State.ADVISORY_MET: "följer rådet",
        State.ADVISORY_NOT_MET: "följer inte rådet",
        State.NOT_ASSESSED: "underlag saknas",
        State.UNVERIFIED_EVIDENCE: "bara egen uppgift",
        State.NOT_APPLICABLE: "gäller inte",
    }
)

# From what weighs heaviest to what weighs least, where several requirements meet in one person.
_WEIGHT = (
    State.NOT_MET,
    State.ADVISORY_NOT_MET,
    State.NOT_ASSESSED,
    State.UNVERIFIED_EVIDENCE,
    State.IN_TRANSITION,
    State.SPECIAL_REASONS,
    State.MET_BY_EXEMPTION,
    State.MET_BY_EQUIVALENCE,
    State.ADVISORY_MET,
    State.MET,
    State.NOT_APPLICABLE,
)


def heaviest(states: Iterable[State]) -> State:
    """The state of someone under several requirements; ``not_applicable`` where none binds."""
    return min(states, key=_WEIGHT.index, default=State.NOT_APPLICABLE)


# Said after the reason why a requirement is not met, where a transition still lasts.
TRANSITION = "Övergångstid gäller till och med {day}."

# ``{day}`` is the day that decided, where a day did.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "met": "Kravet är uppfyllt.",
        "own_statement": "Uppgifterna räcker, men något av dem är bara hemmets egen uppgift.",
        # Whom and when a rule binds
        "not_engaged": "Personen är inte anställd eller anlitad i hemmet den dagen.",
        "not_in_force": "Regeln gällde inte den dagen.",
        "other_role": "Regeln gäller en annan roll.",
        "other_duties": "Regeln gäller bara den som ger vård, omsorg och uppfostran eller behandling.",
        "other_engagement": "Regeln gäller en annan form av anställning eller uppdrag.",
        "other_unit_type": "Regeln gäller en annan sorts boende.",
        "no_children": "Hemmet tog inte emot barn den dagen.",
        "unit_type_missing": "Det framgår inte vilken sorts boende hemmet var den dagen.",
        "children_missing": "Det framgår inte om hemmet tog emot barn den dagen.",
        # Education
        "education_met": "Utbildningen uppfyller kravet.",
        "education_equivalent": "Hemmet har skrivit ned varför utbildningen motsvarar kravet.",
        "education_missing": "Uppgift om utbildning saknas.",
        "education_undated": "Det framgår inte när utbildningen var klar.",
        "education_none": "Det finns ingen utbildning som kan uppfylla kravet.",
        "education_not_completed": "Utbildningen är inte avslutad: den slutar {day}.",
        "level_too_low": "Utbildningen ligger på för låg nivå.",
        "too_short": "Utbildningen är för kort.",
        "length_missing": "Utbildningens längd saknas.",
        "other_field": "Utbildningen har en annan inriktning än den som krävs.",
        "field_missing": "Utbildningens inriktning saknas.",
        "special_reasons": "Särskilda skäl är nedskrivna och gäller till och med {day}.",
        "special_reasons_expired": "De särskilda skälen gällde till och med {day}.",
        "special_reasons_undocumented": "Särskilda skäl är angivna men inte nedskrivna.",
        # Experience and judgements
        "experience_met": "Erfarenhet av liknande verksamhet finns.",
        "experience_missing": "Uppgift om erfarenhet saknas.",
        "experience_none": "Erfarenhet av liknande verksamhet finns inte.",
        "personal_suitability_met": "Personlig lämplighet bedömdes {day}.",
        "personal_suitability_missing": "Bedömning av personlig lämplighet saknas.",
        "personal_suitability_not_met": "Bedömningen {day} kom fram till att lämpligheten brister.",
        "combined_competence_met": "Den sammantagna kompetensen bedömdes {day}.",
        "combined_competence_missing": "Bedömning av den sammantagna kompetensen saknas.",
        "combined_competence_not_met": "Bedömningen {day} kom fram till att kompetensen inte räcker.",
        "target_group_knowledge_met": "Kunskapen om målgruppen bedömdes {day}.",
        "target_group_knowledge_missing": "Bedömning av kunskapen om målgruppen saknas.",
        "target_group_knowledge_not_met": "Bedömningen {day} kom fram till att kunskapen inte räcker.",
        # Register check
        "register_met": "Registerkontrollen gjordes {day}, innan arbetet började.",
        "register_missing": "Registerkontroll för den här anställningen i det här hemmet saknas.",
        "register_of_other": "Den registerkontroll som finns gäller en annan anställning eller ett annat hem.",
        "register_one_missing": "Båda registren ska kontrolleras; ett av dem saknas.",
        "register_too_late": "Registerkontrollen gjordes {day}, efter att arbetet började.",
        "extract_too_old": "Utdraget fick lämnas senast {day}; det var äldre än lagen tillåter.",
        "handed_over_missing": "Det framgår inte vilken dag utdraget lämnades.",
        "register_dates_contradict": "Registerkontrollens datum kan inte stämma med varandra.",
        "rehired": "Ny anställning hos samma arbetsgivare erbjöds i tid; ny kontroll krävdes senast efter {day}.",
    }
)
