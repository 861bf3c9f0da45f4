"""The content's words under the short names that the player's screens use."""

from __future__ import annotations

from types import SimpleNamespace

from hvb_followup.questionnaires.player import PlayerWords


def flat(words: PlayerWords) -> SimpleNamespace:
    """The content's words under the names the screens use."""
    return SimpleNamespace(**_named(words))


def _named(words: PlayerWords) -> dict[str, object]:
    return {
        "title": words.title,
        "language_name": words.name,
        "languages_label": words.start.language,
        **_question_words(words),
        **_start_words(words),
        **_shared_words(words),
        **_end_words(words),
        **_help_words(words),
    }


def _question_words(words: PlayerWords) -> dict[str, object]:
    page = words.question
    return {
        "next": page.next,
        "skip": page.skip,
        "back": page.back,
        "progress": page.progress,
        "prompt": page.choose,
        "prompt_some": page.choose_some,
        "resumed": words.start.resume,
        "skip_link": page.to_question,
        "waiting": page.waiting,
        "sent": page.sent,
        "own_words": page.own_words,
        "finish_title": page.review_heading,
        "finish_text": page.review,
        "finish_button": page.finish,
        "exit_link": words.hide.link,
        "exit_long": words.hide.label,
        "exit_about": words.hide.explains,
        "form_link": words.form.link,
        "listen_play": words.listen.play,
        "listen_stop": words.listen.stop,
        "listen_question": words.listen.question,
        "listen_answers": words.listen.answers,
        "listen_about": words.form.listen_about,
        "own_voice": words.listen.own_voice,
        "practice_title": words.practice.heading,
    }


def _start_words(words: PlayerWords) -> dict[str, object]:
    return {
        "again": words.error.to_start,
        "code_label": words.code.heading,
        "code_hint": words.code.hint,
        "code_button": words.code.open,
        "code_failed": words.code.wrong,
        "start_yes": words.start.yes,
        "start_no": words.start.no,
        "edition_label": words.start.edition,
        "edition_standard": words.start.standard,
        "edition_easy": words.start.easy,
        "declined_title": words.start.declined_heading,
        "declined_text": words.start.declined,
        "refused_title": words.code.heading,
        "refused_text": words.code.too_many,
    }


def _shared_words(words: PlayerWords) -> dict[str, object]:
    return {
        "shared_label": words.shared.label,
        "shared_about": words.shared.about,
        "still_title": words.shared.still_heading,
        "still_text": words.shared.still,
        "stay": words.shared.stay,
        "closing_text": words.shared.closing,
        "wait": words.shared.wait,
    }


def _end_words(words: PlayerWords) -> dict[str, object]:
    return {
        "thanks_title": words.done.heading,
        "thanks_text": words.done.saved,
        "thanks_results": words.done.results,
        "receipt_title": words.done.receipt_heading,
        "receipt_text": words.done.receipt,
        "close_page": words.done.close,
        "over_title": words.over.heading,
        "over_text": words.over.says,
        "ended_title": words.session_ended.heading,
        "ended_text": words.session_ended.says,
        "missing_title": words.error.missing_heading,
        "missing_text": words.error.missing,
        "fault_title": words.error.broken_heading,
        "fault_text": words.error.broken,
        "withdraw_title": words.withdraw.heading,
        "withdraw_text": words.withdraw.lead,
        "withdraw_label": words.withdraw.label,
        "withdraw_button": words.withdraw.send,
        "withdraw_failed": words.withdraw.malformed,
        "withdraw_link": words.withdraw.link,
        "withdrawn_title": words.withdraw.done_heading,
        "withdrawn_text": words.withdraw.done,
        "stop_title": words.stop.heading,
        "stop_text": words.stop.lead,
        "stop_button": words.stop.send,
        "stopped_title": words.stop.done_heading,
        "stopped_text": words.stop.done,
    }


def _help_words(words: PlayerWords) -> dict[str, object]:
    return {
        "help_link": words.help.short,
        "help_title": words.help.link,
        "help_text": words.help.lead,
        "help_panel_title": words.help.told_heading,
        "help_panel_lines": (words.help.nobody_reads,),
        "help_continue": words.help.resume,
        "help_now_danger": words.help.danger,
    }
