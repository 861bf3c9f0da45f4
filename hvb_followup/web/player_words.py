"""Which words of its own the survey player needs, and whether content has them all.

Words are read as attributes of whatever object content makes of them; this room only knows their names.
"""

from __future__ import annotations

from hvb_followup.errors import Problem

QUESTION_WORDS = (
    *("next", "skip", "back", "progress", "prompt", "prompt_some", "resumed"),
    *("help_link", "exit_link", "exit_long", "skip_link"),
    *("waiting", "sent", "own_words"),
    *("form_link", "listen_play", "listen_stop", "listen_question", "listen_answers", "own_voice"),
    *("practice_title", "still_title", "still_text", "stay"),
)
WORDS = (
    *("title", "language_name", "languages_label", *QUESTION_WORDS, "again"),
    *("code_label", "code_hint", "code_button", "code_failed"),
    *("start_yes", "start_no", "exit_about"),
    *("edition_label", "edition_standard", "edition_easy", "listen_about", "shared_label", "shared_about"),
    *("closing_text", "wait"),
    *("thanks_title", "thanks_text", "thanks_results", "receipt_title", "receipt_text", "close_page"),
    *("help_title", "help_text", "help_panel_title", "help_panel_lines", "help_continue", "help_now_danger"),
    *("finish_title", "finish_text", "finish_button"),
    *("over_title", "over_text", "ended_title", "ended_text", "refused_title", "refused_text"),
    *("declined_title", "declined_text", "missing_title", "missing_text", "fault_title", "fault_text"),
    *("withdraw_title", "withdraw_text", "withdraw_label", "withdraw_button", "withdraw_failed"),
    *("withdraw_link", "withdrawn_title", "withdrawn_text"),
    *("stop_title", "stop_text", "stop_button", "stopped_title", "stopped_text"),
)
PLACEHOLDERS = {
    "progress": ("{number}", "{total}"),
    "thanks_results": ("{date}",),
    "prompt_some": ("{most}",),
}


def word_problems(words: object, where: str) -> tuple[Problem, ...]:
    """Every word the screens need and ``words`` lacks, and every place for a number that a word has lost."""
    problems = [
        _word_problem(where, key, "Ordet saknas eller är tomt.", "Skriv det.")
        for key in WORDS
        if not getattr(words, key, None)
    ]
    for key, places in PLACEHOLDERS.items():
        text = getattr(words, key, None) or ""
        lost = [place for place in places if text and place not in text]
        if lost:
            problems.append(_word_problem(where, key, f"Texten saknar {', '.join(lost)}.", "Sätt in det."))
    return tuple(problems)


def _word_problem(where: str, key: str, says: str, mend: str) -> Problem:
    return Problem(code="player-word", where=f"{where}: {key}", says=says, mend=mend)
