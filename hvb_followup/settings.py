"""The one place that reads the environment: every setting with its name, default and help.

All problems are reported together at start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from hvb_followup.errors import Problem, Unsound


class Setting(msgspec.Struct, frozen=True):
    """One setting as the manual shows it."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("HVB_DATA", "hvb-data", "Data folder: database, keys, backups."),
    Setting(
        "HVB_DATABASE_URL",
        "",
        "Database: sqlite:///file or postgresql://…; empty: hvb.sqlite in the data folder.",
    ),
    Setting("HVB_JOBS_DATABASE_URL", "", "Database address for the jobs role; empty: the same as the web's."),
    Setting(
        "HVB_DESK_DATABASE_URL", "", "Database address for the desk's role; empty: the same as the web's."
    ),
    Setting("HVB_WEB_KEYS", "", "Folder of the web's keys; empty: keys/web in the data folder."),
    Setting(
        "HVB_PUBLIC_KEYS",
        "",
        "Folder where the counter lays public halves for the web; empty: keys/public in the data folder.",
    ),
    Setting("HVB_COUNTER_KEYS", "", "Folder of the counter's keys; empty: keys/counter in the data folder."),
    Setting("HVB_DESK_KEYS", "", "Folder of the desk's locked key; empty: keys/desk in the data folder."),
    Setting("HVB_DEPLOYMENT", "", "The deployment's facts; empty: deployment.toml in the data folder."),
    Setting("HVB_CONTENT", "", "Folder with surveys/ and dashboards/; empty: the ones that ship."),
    Setting("HVB_HOST", "127.0.0.1", "Address to listen on."),
    Setting("HVB_PORT", "8000", "Port to listen on."),
    Setting(
        "HVB_PROXY",
        "127.0.0.1",
        "Addresses or nets of the proxy in front, with commas: only these are believed about where a visitor came from.",
    ),
    Setting("HVB_ANSWER_URL", "", "The respondents' neutral host; empty: /svara on the same host."),
    Setting(
        "HVB_SMTP_URL",
        "",
        "E-mail server: smtps://user:password@host:465, or smtp:// (STARTTLS); empty: no e-mail is sent.",
    ),
    Setting(
        "HVB_MAIL_FROM", "", "The sender of e-mail: a neutral address that names no home and no purpose."
    ),
    Setting("HVB_SMS_URL", "", "SMS gateway: an https address that takes POST; empty: no SMS is sent."),
    Setting(
        "HVB_SMS_BODY",
        '{"to": {to}, "message": {text}}',
        "Body of the gateway's request, JSON or a form; {to}, {text} and {id} are filled in, quoted.",
    ),
    Setting("HVB_SMS_HEADERS", "", "Headers of the gateway's request, one `Name: value` a line."),
    Setting(
        "HVB_SMS_IN_AUTHORIZATION",
        "",
        "The Authorization header with which the gateway hands on answered SMS to /svara/sms; empty: it does not.",
    ),
    Setting("HVB_MAIL_CA", "", "File with the certificate authority of both; empty: those of the machine."),
    Setting(
        "HVB_DEMO", "0", "1: invented data, banner, no second factor, movable clock. Never with real data."
    ),
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one process."""

    data: Path
    database_url: str
    jobs_database_url: str
    desk_database_url: str
    web_keys: Path
    public_keys: Path
    counter_keys: Path
    desk_keys: Path
    deployment: Path
    content: Path | None
    host: str
    port: int
    proxy: str
    answer_url: str
    smtp_url: str
    mail_from: str
    sms_url: str
    sms_body: str
    sms_headers: dict[str, str]
    sms_in_authorization: str
    mail_authority: str
    demo: bool

    @property
    def answer_at(self) -> str:
        """The respondents' address, that a code is put behind; "" where only a demonstration could do without one."""
        if self.answer_url:
            return f"{self.answer_url}/svara"
        return f"http://{self.host}:{self.port}/svara" if self.demo else ""


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The settings an environment gives; Unsound with every problem at once."""
    problems = [
        *(_unknown(name) for name in environ if name.startswith("HVB_") and not _is_known(name)),
        *_unreadable_secrets(environ),
    ]
    values = {setting.name: _value(setting, environ) for setting in SETTINGS}
    if not re.fullmatch(r"[0-9]{1,5}", values["HVB_PORT"]):
        problems.append(_wrong("HVB_PORT", "is not a port", "Give a number such as 8000."))
    if values["HVB_ANSWER_URL"] and not re.match(r"https?://[^/]", values["HVB_ANSWER_URL"]):
        problems.append(_wrong("HVB_ANSWER_URL", "is not an address", "Begin with https:// and the host."))
    problems += _wrong_mailing(values)
    if values["HVB_DEMO"] not in {"0", "1"}:
        problems.append(_wrong("HVB_DEMO", "is neither 0 nor 1", "Leave it out, or give 1."))
    if problems:
        raise Unsound(*problems)
    return _settings(values)


def _settings(values: Mapping[str, str]) -> Settings:
    data = Path(values["HVB_DATA"]).resolve()
    database = values["HVB_DATABASE_URL"] or f"sqlite:///{data / 'hvb.sqlite'}"
    return Settings(
        data=data,
        database_url=database,
        jobs_database_url=values["HVB_JOBS_DATABASE_URL"] or database,
        desk_database_url=values["HVB_DESK_DATABASE_URL"] or database,
        web_keys=Path(values["HVB_WEB_KEYS"] or data / "keys" / "web"),
        public_keys=Path(values["HVB_PUBLIC_KEYS"] or data / "keys" / "public"),
        counter_keys=Path(values["HVB_COUNTER_KEYS"] or data / "keys" / "counter"),
        desk_keys=Path(values["HVB_DESK_KEYS"] or data / "keys" / "desk"),
        deployment=Path(values["HVB_DEPLOYMENT"] or data / "deployment.toml"),
        content=Path(values["HVB_CONTENT"]) if values["HVB_CONTENT"] else None,
        host=values["HVB_HOST"],
        port=int(values["HVB_PORT"]),
        proxy=values["HVB_PROXY"],
        answer_url=values["HVB_ANSWER_URL"].rstrip("/"),
        smtp_url=values["HVB_SMTP_URL"],
        mail_from=values["HVB_MAIL_FROM"],
        sms_url=values["HVB_SMS_URL"],
        sms_body=values["HVB_SMS_BODY"],
        sms_headers=_headers(values["HVB_SMS_HEADERS"]),
        sms_in_authorization=values["HVB_SMS_IN_AUTHORIZATION"],
        mail_authority=values["HVB_MAIL_CA"],
        demo=values["HVB_DEMO"] == "1",
    )


def _wrong_mailing(values: Mapping[str, str]) -> Iterator[Problem]:
    """What would keep messages from going out, or let an address out in clear."""
    if values["HVB_SMTP_URL"] and not re.match(r"smtps?://[^/]", values["HVB_SMTP_URL"]):
        yield _wrong("HVB_SMTP_URL", "is not an address", "Begin with smtps:// and the host.")
    if values["HVB_SMTP_URL"] and "@" not in values["HVB_MAIL_FROM"]:
        yield _wrong("HVB_MAIL_FROM", "is needed with HVB_SMTP_URL", "Give a neutral sender.")
    if values["HVB_SMS_URL"] and not re.match(
        r"https://[^/]|http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/|$)", values["HVB_SMS_URL"]
    ):
        yield _wrong("HVB_SMS_URL", "is not an https address", "Begin with https:// and the host.")
    if not {"{to}", "{text}"} <= set(re.findall(r"\{\w+\}", values["HVB_SMS_BODY"])):
        yield _wrong("HVB_SMS_BODY", "lacks {to} or {text}", "Put both where the gateway wants them.")
    if any(line.strip() and ":" not in line for line in values["HVB_SMS_HEADERS"].splitlines()):
        yield _wrong("HVB_SMS_HEADERS", "has a line without a colon", "Write one `Name: value` a line.")
    if (values["HVB_SMTP_URL"] or values["HVB_SMS_URL"]) and not (
        values["HVB_ANSWER_URL"] or values["HVB_DEMO"] == "1"
    ):
        yield _wrong("HVB_ANSWER_URL", "is needed to send messages", "Give the respondents' neutral host.")


def _headers(text: str) -> dict[str, str]:
    lines = (line.partition(":") for line in text.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _, value in lines}


def _is_known(name: str) -> bool:
    """True for a setting, its ``_FILE`` twin, and what only tests and CI read."""
    known = {setting.name for setting in SETTINGS}
    return name in known or name.removesuffix("_FILE") in known or name.startswith("HVB_TEST_")


def _value(setting: Setting, environ: Mapping[str, str]) -> str:
    file = environ.get(f"{setting.name}_FILE")
    if file and Path(file).is_file():
        return Path(file).read_text(encoding="utf-8").strip()
    return environ.get(setting.name, "") or setting.default


def _unreadable_secrets(environ: Mapping[str, str]) -> list[Problem]:
    return [
        _wrong(name, "names a file that does not exist", "Give the path of a file that holds the value.")
        for name, file in environ.items()
        if name.startswith("HVB_") and name.endswith("_FILE") and not Path(file).is_file()
    ]


def _unknown(name: str) -> Problem:
    return _wrong(name, "is not a setting", "See the table in docker/README.md.")


def _wrong(name: str, says: str, mend: str) -> Problem:
    return Problem(code="setting-wrong", where=name, says=f"{name} {says}.", mend=mend)
