"""The only room that reads the content files: surveys/, dashboards/ and codelists into one cross-checked catalogue.

Every fault of every file is found before anything is refused; each names its file and its place in it.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from hvb_followup import catalogue as catalogues
from hvb_followup import rulebooks
from hvb_followup.ballot.receipt import list_problems
from hvb_followup.catalogue import Catalogue
from hvb_followup.comparison.adjusting import Model
from hvb_followup.errors import Problem, Refused, Unsound, not_found
from hvb_followup.indicators import model as indicators
from hvb_followup.indicators.model import Indicator
from hvb_followup.pages.methods import Method
from hvb_followup.pages.methods import faults as method_faults
from hvb_followup.pages.themes import Theme
from hvb_followup.questionnaires import checking, evolution, player, readability, word_themes
from hvb_followup.questionnaires.evolution import Published
from hvb_followup.questionnaires.messages import MessageWords, message_problems
from hvb_followup.questionnaires.model import InstrumentFile, LanguageFile, Questionnaire
from hvb_followup.questionnaires.player import PlayerWords
from hvb_followup.questionnaires.toml_text import toml
from hvb_followup.questionnaires.word_themes import WordThemes
from hvb_followup.registers import codes
from hvb_followup.registers.codes import Codelist

T = TypeVar("T")
CODELISTS = Path(__file__).parent / "registers" / "codelists"
# surveys/player/ holds the player's words, surveys/messages/ those of messages, every other folder a questionnaire.
_PLAYER, _MESSAGES = "player", "messages"
_RECEIPT_WORDS = "receipt_words.txt"


def root(override: Path | None = None) -> Path:
    """The folder that holds surveys/ and dashboards/: in the installed package, or the checkout around it."""
    package = Path(__file__).parent
    candidates = (override,) if override else (package / "_content", package.parent)
    for candidate in candidates:
        if (candidate / "surveys").is_dir() and (candidate / "dashboards").is_dir():
            return candidate
    says = "Mapparna surveys/ och dashboards/ finns inte där de söks."
    raise Unsound(Problem(code="content-missing", where="", says=says, mend="Ange var innehållet ligger."))


def read(root_folder: Path | None = None, *, tried: bool = True, invented: bool = False) -> Catalogue:
    """The catalogue; Refused with every problem that would make it wrong to use.

    Who computes nothing need not have every indicator's expressions and examples ``tried``. Models of an
    ``invented`` nation's figures are for demonstrations and nobody else.
    """
    found, problems = _everything(root(root_folder), tried=tried)
    rulebook, faults = rulebooks.gathered()
    if problems or faults:
        raise Refused(*problems, *faults)
    models = tuple(one for one in found.models if one.invented == invented)
    return msgspec.structs.replace(found, rulebook=rulebook, models=models)


def codelists(folder: Path | None = None) -> dict[str, Codelist]:
    """The codelists of the registers, by their ids; Refused with every problem that would make them wrong to use."""
    problems: list[Problem] = []
    found = _codelists(folder or CODELISTS, problems)
    if problems:
        raise Refused(*problems)
    return found


def _codelists(folder: Path, problems: list[Problem]) -> dict[str, Codelist]:
    loaded = {file.stem: _load(file, Codelist, folder, problems) for file in sorted(folder.glob("*.toml"))}
    found = {one.id: one for one in loaded.values() if one is not None}
    if set(found) - set(loaded):
        says = "En kodlista heter inte som sin fil."
        problems.append(Problem(code="codelist", where="codelists", says=says, mend="Byt namn på filen."))
    problems += codes.problems(found, catalogues.CODES_WANTED)
    return found


def receipt_words(root_folder: Path | None = None) -> tuple[str, ...]:
    """The words that receipts are made of."""
    file = root(root_folder) / "surveys" / _PLAYER / _RECEIPT_WORDS
    return tuple(file.read_text(encoding="utf-8").split())


def page_words(root_folder: Path | None = None) -> dict[str, dict[str, str]]:
    """The pages' words in each language but Swedish, which is the key (dashboards/words/)."""
    folder, problems = root(root_folder), list[Problem]()
    files = sorted((folder / "dashboards" / "words").glob("*.toml"))
    words = {file.stem: _load(file, dict[str, str], folder, problems) or {} for file in files}
    if problems:
        raise Refused(*problems)
    return words


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """A file of words: where it lies, what its base language says, and what it says itself (None: not yet there).

    ``recorded``: its words as they stand have been asked, and are in ``published.toml``.
    """

    file: Path
    kind: Any
    base: dict[str, Any]
    now: dict[str, Any] | None
    recorded: bool = False
    listed: bool = True  # the questionnaire's structure names the language

    @property
    def where(self) -> str:
        """The file as it is named to people."""
        return "/".join(self.file.parts[self.file.parts.index("surveys") :])


def wording(root_folder: Path | None, family: str, language: str) -> Wording:
    """The words of a questionnaire's newest MAJOR, of the player or of the messages; NotFound when there are none."""
    folder, problems = root(root_folder), list[Problem]()
    kinds: dict[str, Any] = {_PLAYER: PlayerWords, _MESSAGES: MessageWords}
    if family in kinds:
        return _wording(folder / "surveys" / family, kinds[family], "sv", language)
    files = [file for file in (folder / "surveys").glob("*/v*/instrument.toml") if file.parts[-3] == family]
    if not files:
        raise not_found(family[:40])
    newest = max(files, key=lambda file: int(file.parent.name[1:]))
    parsed, published = _load(newest, InstrumentFile, folder, problems), _published(folder, problems)
    if parsed is None or problems:
        raise Refused(*problems)
    found = _wording(newest.parent, LanguageFile, parsed.instrument.base, language)
    record = published.get(family, {}).get(newest.parent.name)
    revision = str((found.now or {}).get("revision", 1))
    return msgspec.structs.replace(
        found,
        recorded=record is not None and revision in record.words.get(language, {}),
        listed=language in parsed.instrument.languages,
    )


def _wording(folder: Path, kind: Any, base: str, language: str) -> Wording:
    if language == base or not re.fullmatch("[a-z]{2,3}(-[A-Za-z]+)?", language):
        says = "Från det språket översätts det, eller så är det inget språk."
        raise Refused(Problem(code="language", where=language[:20], says=says, mend="Skriv till exempel so."))
    file = folder / f"{language}.toml"
    tables = [
        tomllib.loads(one.read_text(encoding="utf-8"))
        for one in (folder / f"{base}.toml", file)
        if one.exists()
    ]
    return Wording(file=file, kind=kind, base=tables[0], now=tables[1] if len(tables) > 1 else None)


def put_wording(wording: Wording, table: dict[str, Any]) -> None:
    """Write the words, below the remarks that the file began with; Refused when they have not the format's shape.

    A file that says the same already is left as it lies.
    """
    if misfits := _misfits(table, wording.kind, "$"):
        raise Refused(
            *(
                Problem(code="content-shape", where=f"{wording.where}: {place}", says=says)
                for place, says in misfits
            )
        )
    if table == wording.now:
        return
    before = wording.file.read_text(encoding="utf-8").splitlines() if wording.file.exists() else []
    remarks = list(itertools.takewhile(lambda line: line.startswith("#"), before))
    text = "".join(f"{line}\n" for line in remarks) + ("\n" if remarks else "") + toml(table)
    wording.file.write_text(text, encoding="utf-8")


def check(root_folder: Path | None, today: dt.date) -> tuple[Problem, ...]:
    """Everything ``read`` refuses, and what is to be mended: reading level, unrecorded words, late reviews.

    A problem with the code ``review-overdue`` is a warning; the others are errors.
    """
    folder = root(root_folder)
    found, problems = _everything(folder)
    for questionnaire in found.questionnaires:
        place = _place(questionnaire)
        problems += readability.lints(questionnaire, "sv", f"{place}/sv.toml")
        problems += evolution.words_problems(questionnaire, _published(folder, []))
    if "sv" in found.words:
        problems += readability.screen_lints(player.texts(found.words["sv"]), f"surveys/{_PLAYER}/sv.toml")
    for indicator in found.indicators:
        problems += indicators.overdue(indicator, today, f"dashboards/indicators/{indicator.id}.toml")
    problems += list_problems(receipt_words(folder), f"surveys/{_PLAYER}/{_RECEIPT_WORDS}")
    problems += codes.overdue(found.codelists, today)
    problems += catalogues.unused_columns(found)
    return tuple(problems)


def _everything(folder: Path, *, tried: bool = True) -> tuple[Catalogue, list[Problem]]:
    problems: list[Problem] = []
    found = Catalogue(
        questionnaires=tuple(_questionnaires(folder, problems)),
        indicators=tuple(_indicators(folder, problems)),
        words=dict(_player_words(folder, problems)),
        messages=dict(_message_words(folder, problems)),
        codelists=_codelists(CODELISTS, problems),
        themes=tuple(_themes(folder, problems)),
        word_themes=_word_themes(folder, problems),
        methods=tuple(_methods(folder, problems)),
        models=tuple(_models(folder, problems)),
    )
    published = _published(folder, problems)
    problems += evolution.structure_problems(found.questionnaires, published)
    return found, [*problems, *catalogues.problems(found, tried=tried)]


def _themes(folder: Path, problems: list[Problem]) -> Iterator[Theme]:
    for file in sorted((folder / "dashboards" / "pages").glob("*.toml")):
        theme = _load(file, Theme, folder, problems)
        if theme is not None and file.stem == theme.id:
            yield theme
        elif theme is not None:
            says = f"Filen heter inte som sidan {theme.id}."
            where = _relative(file, folder)
            problems.append(Problem(code="theme", where=where, says=says, mend="Byt namn på filen."))


def _word_themes(folder: Path, problems: list[Problem]) -> WordThemes:
    """What readers can call own words; an empty list where there is no file."""
    file = folder / "surveys" / "word_themes.toml"
    found = _load(file, WordThemes, folder, problems) if file.exists() else None
    if found is None:
        return WordThemes()
    problems += word_themes.problems(found, _relative(file, folder))
    return found


def _methods(folder: Path, problems: list[Problem]) -> Iterator[Method]:
    for file in sorted((folder / "dashboards" / "methods").glob("*.toml")):
        method = _load(file, Method, folder, problems)
        if method is None:
            continue
        where = _relative(file, folder)
        if file.stem != method.id:
            says = f"Filen heter inte som metoden {method.id}."
            problems.append(Problem(code="method", where=where, says=says, mend="Byt namn på filen."))
        problems += [
            Problem(code="method", where=f"{where}, {key}", says=says, mend="Rätta filen.")
            for key, says in method_faults(method)
        ]
        yield method


def _models(folder: Path, problems: list[Problem]) -> Iterator[Model]:
    for file in sorted((folder / "dashboards" / "models").glob("*.toml")):
        model = _load(file, Model, folder, problems)
        if model is None:
            continue
        if file.stem != model.id:
            where, says = _relative(file, folder), f"Filen heter inte som modellen {model.id}."
            problems.append(Problem(code="model", where=where, says=says, mend="Byt namn på filen."))
        yield model


def _questionnaires(folder: Path, problems: list[Problem]) -> Iterator[Questionnaire]:
    for file in sorted((folder / "surveys").glob("*/v*/instrument.toml")):
        parsed = _load(file, InstrumentFile, folder, problems)
        if parsed is None:
            continue
        files = {language: file.with_name(f"{language}.toml") for language in parsed.instrument.languages}
        words = {
            name: _load(path, LanguageFile, folder, problems) for name, path in files.items() if path.exists()
        }
        questionnaire = Questionnaire(
            instrument=parsed.instrument,
            items=parsed.item,
            scales=parsed.scale,
            scores=parsed.score,
            words={name: text for name, text in words.items() if text is not None},
        )
        unread = {name for name, text in words.items() if text is None}
        problems += _own_problems(questionnaire, file, folder, unread)
        yield questionnaire


def _own_problems(
    questionnaire: Questionnaire, file: Path, folder: Path, unread: set[str]
) -> Iterator[Problem]:
    place = _relative(file, folder)
    yield from checking.problems(questionnaire, place)
    files = {name: _relative(file.with_name(f"{name}.toml"), folder) for name in questionnaire.languages}
    for problem in checking.language_problems(questionnaire, files):
        # A file that could not be read has already said why; that it is missing too would be untrue.
        if problem.where not in {files[name] for name in unread}:
            yield problem
    if file.parent.parent.name != questionnaire.id or file.parent.name != f"v{questionnaire.major}":
        says = "Mappen heter inte som formuläret och dess huvudversion."
        yield Problem(code="questionnaire", where=place, says=says, mend="Byt namn på mappen eller ändra id.")
    for extra in sorted(file.parent.glob("*.toml")):
        if extra.stem not in (*questionnaire.languages, "instrument"):
            says = "Språket finns inte bland formulärets språk."
            where = _relative(extra, folder)
            yield Problem(code="questionnaire", where=where, says=says, mend="Lägg till det i languages.")


def _indicators(folder: Path, problems: list[Problem]) -> Iterator[Indicator]:
    for file in sorted((folder / "dashboards" / "indicators").glob("*.toml")):
        place = _relative(file, folder)
        indicator = _load(file, Indicator, folder, problems)
        if indicator is None:
            continue
        problems += indicators.problems(indicator, place)
        if file.stem != indicator.id:
            says = f"Filen heter inte som nyckeltalet {indicator.id}."
            problems.append(Problem(code="indicator", where=place, says=says, mend="Byt namn på filen."))
        yield indicator


def _player_words(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, PlayerWords]]:
    for file in sorted((folder / "surveys" / _PLAYER).glob("*.toml")):
        words = _load(file, PlayerWords, folder, problems)
        if words is not None:
            problems += player.problems(words, _relative(file, folder), file.stem)
            yield file.stem, words


def _message_words(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, MessageWords]]:
    for file in sorted((folder / "surveys" / _MESSAGES).glob("*.toml")):
        words = _load(file, MessageWords, folder, problems)
        if words is not None:
            problems += message_problems(words, _relative(file, folder), file.stem)
            yield file.stem, words


def _published(folder: Path, problems: list[Problem]) -> dict[str, dict[str, Published]]:
    file = folder / "surveys" / "published.toml"
    return _load(file, dict[str, dict[str, Published]], folder, problems) or {}


def _place(questionnaire: Questionnaire) -> str:
    return f"surveys/{questionnaire.id}/v{questionnaire.major}"


def _relative(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def _load(file: Path, kind: type[T], folder: Path, problems: list[Problem]) -> T | None:
    """The file as a value, or None after its problems have been added."""
    where = _relative(file, folder)
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        says = f"Filen går inte att läsa: {error}." if isinstance(error, ValueError) else "Filen finns inte."
        problems.append(Problem(code="content-unreadable", where=where, says=says))
        return None
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        problems += [
            Problem(code="content-shape", where=f"{where}: {place}", says=says, mend="Se README i mappen.")
            for place, says in _misfits(raw, kind, "$")
        ]
        return None


def _misfits(raw: object, kind: Any, path: str) -> list[tuple[str, str]]:
    """Each part of a table that does not have its declared shape, at its own path.

    msgspec stops at the first fault; a writer of content wants them all.
    """
    try:
        msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        deeper = [found for part in _parts(raw, kind, path) for found in _misfits(*part)]
        own = _key_faults(raw, kind, path)
        return [*own, *deeper] or [(path, str(error))]
    return []


def _parts(raw: object, kind: Any, path: str) -> Iterator[tuple[object, Any, str]]:
    """The members of a table or list with their declared kinds and their paths."""
    arguments = typing.get_args(kind)
    if isinstance(raw, dict) and _is_struct(kind):
        for field in msgspec.structs.fields(kind):
            if field.encode_name in raw:
                yield raw[field.encode_name], field.type, f"{path}.{field.encode_name}"
    elif isinstance(raw, dict) and typing.get_origin(kind) is dict:
        for key, value in raw.items():
            yield value, arguments[1], f"{path}.{key}"
    elif isinstance(raw, list) and typing.get_origin(kind) is tuple and arguments[-1] is Ellipsis:
        for number, value in enumerate(raw):
            yield value, arguments[0], f"{path}[{number}]"


def _key_faults(raw: object, kind: Any, path: str) -> list[tuple[str, str]]:
    """Keys that a table lacks or should not have."""
    if not (isinstance(raw, dict) and _is_struct(kind)):
        return []
    fields = msgspec.structs.fields(kind)
    known = {field.encode_name for field in fields}
    needed = {field.encode_name for field in fields if field.required}
    unknown = [(f"{path}.{key}", "Nyckeln finns inte i formatet.") for key in raw if key not in known]
    return unknown + [(f"{path}.{key}", "Nyckeln saknas.") for key in sorted(needed - set(raw))]


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
