"""The tables, and nothing else. Every default is written; a foreign key restricts and is indexed.

Whom a table's rows are about (DESIGN §4.1): draft, envelope, withdrawal and sealed_wave hold a young person's
answers, all ciphertext, own_words what she writes in her own words, and help_case when she asks for help; placement
holds who lives where; a code tells that it was used and never whose it is; register_row holds what homes report of
placements and events (A) and of their staff (B).
"""

from __future__ import annotations

from typing import Any

from piccolo.columns import BigInt, Boolean, Bytea, Date, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns import ForeignKey as AnyForeignKey
from piccolo.columns.base import OnDelete
from piccolo.table import Table


def belongs_to(table: type[Table]) -> Any:
    """A foreign key that must be given, restricts deletion and is indexed."""
    return AnyForeignKey(table, default=None, null=False, on_delete=OnDelete.restrict, index=True)


class Provider(Table, tablename="provider"):
    id = Varchar(8, primary_key=True, default="")
    name = Text(default="")


class Municipality(Table, tablename="municipality"):
    code = Varchar(4, primary_key=True, default="")
    name = Text(default="")
    lan = Text(default="")


class Unit(Table, tablename="unit"):
    id = Varchar(7, primary_key=True, default="")
    name = Text(default="")
    lan = Text(default="")
    places = Integer(default=0)


class UnitTerm(Table, tablename="unit_term"):
    id = Serial(primary_key=True)
    unit = belongs_to(Unit)
    provider = belongs_to(Provider)
    unit_type = Text(default="")
    operating_form = Text(default="")
    from_on = Date(default=None, null=True)
    to_on = Date(default=None, null=True)


class Placement(Table, tablename="placement"):
    id = Varchar(24, primary_key=True, default="")
    unit = belongs_to(Unit)
    municipality = belongs_to(Municipality)
    birth_year = Integer(default=0)
    starts_on = Date(default=None, null=True)
    ends_on = Date(default=None, null=True)


class Wave(Table, tablename="wave"):
    id = Varchar(64, primary_key=True, default="")
    unit = belongs_to(Unit)
    family = Text(default="")
    major = Integer(default=1)
    half_year = Varchar(6, default="")
    state = Varchar(10, default="open")
    opens_at = Timestamptz(default=None, null=True)
    closes_at = Timestamptz(default=None, null=True)
    invited = Integer(default=0)
    # The web role may touch this column and no other: PostgreSQL asks for it before it lets a row be held.
    held = Boolean(default=False)


class Code(Table, tablename="code"):
    hash = Bytea(primary_key=True, default=b"")
    wave = belongs_to(Wave)
    # What one placement's codes in this wave share: a keyed hash, so that issuing finds the last one.
    holder = Bytea(default=b"")
    # In clear it tells that somebody, nobody knows who, was given another card; issuing needs the last number.
    issue = Integer(default=1)
    # Placement, issue and age, sealed: only the code and the web's secret together open it.
    card = Bytea(default=b"")
    used = Boolean(default=False)


class Draft(Table, tablename="draft"):
    id = Bytea(primary_key=True, default=b"")
    wave = belongs_to(Wave)
    body = Bytea(default=b"")


class Envelope(Table, tablename="envelope"):
    id = Bytea(primary_key=True, default=b"")
    wave = belongs_to(Wave)
    body = Bytea(default=b"")


class Withdrawal(Table, tablename="withdrawal"):
    id = Bytea(primary_key=True, default=b"")
    receipt = Bytea(default=b"")


class HelpCase(Table, tablename="help_case"):
    """Somebody asks for help: what she wrote is sealed to the desk; in clear only how soon, when, and what is done.

    No code, wave, home or placement, and no recipient: nothing joins a case to an answer (DESIGN §4.10).
    """

    id = Bytea(primary_key=True, default=b"")
    receipt = Bytea(default=b"")
    body = Bytea(default=b"")
    urgency = Varchar(10, default="today")
    put_at = Timestamptz(default=None, null=True)
    due_at = Timestamptz(default=None, null=True)
    # How many times it has been told of; none while the jobs have not seen it.
    step = Integer(default=0)
    state = Varchar(10, default="received")
    # It came when unusually many did from where it came: kept and told of like any other, read after the others.
    crowded = Boolean(default=False)


class HelpNotice(Table, tablename="help_notice"):
    """Word to one recipient that there is a case to read, and nothing of what: sent once for each step."""

    id = Varchar(120, primary_key=True, default="")
    email = Text(default="")
    made_at = Timestamptz(default=None, null=True)
    claimed_until = Timestamptz(default=None, null=True)
    state = Varchar(10, default="waiting")


class SealedWave(Table, tablename="sealed_wave"):
    wave = Varchar(64, primary_key=True, default="")
    unit = belongs_to(Unit)
    family = Text(default="")
    major = Integer(default=1)
    half_year = Varchar(6, default="")
    record = Bytea(default=b"")


class OwnWords(Table, tablename="own_words"):
    """What was written to one question of one wave, sealed to the desk; with room for one text of everybody invited."""

    id = Varchar(120, primary_key=True, default="")
    wave = belongs_to(Wave)
    item = Text(default="")
    pile = Bytea(default=b"")


class WordsRead(Table, tablename="words_read"):
    """Which themes the reader found in one question's texts of a half-year: ciphertext that only the desk opens."""

    id = Varchar(120, primary_key=True, default="")
    version = Integer(default=0)
    body = Bytea(default=b"")


class Datum(Table, tablename="datum"):
    """What is written once and never changed (DESIGN §4.4): coarse data, and blocks of registers, sealed."""

    id = Text(primary_key=True, default="")
    body = Text(default="")


class Batch(Table, tablename="batch"):
    """One import of one register: inactive while it is written, then active, perhaps undone. "" is many homes."""

    id = Serial(primary_key=True)
    kind = Varchar(12, default="")
    unit = Varchar(7, default="")
    made_at = Timestamptz(default=None, null=True)
    made_by = Text(default="")
    state = Varchar(10, default="inactive")


class RegisterRow(Table, tablename="register_row"):
    """A row as one batch says it, never changed; an empty body says that the row is gone."""

    id = Serial(primary_key=True)
    batch = belongs_to(Batch)
    kind = Varchar(12, default="")
    unit = Varchar(7, default="")
    key = Varchar(120, default="")
    body = Text(default="")


class Period(Table, tablename="period"):
    """A home's signed quarter: who signed what (by its hash) and when. Open: who signed and when (class C)."""

    id = Serial(primary_key=True)
    unit = belongs_to(Unit)
    quarter = Varchar(6, default="")
    state = Varchar(10, default="signed")
    hash = Varchar(64, default="")
    signed_by = Text(default="")
    signed_at = Timestamptz(default=None, null=True)


class Release(Table, tablename="release"):
    id = Varchar(40, primary_key=True, default="")
    kind = Varchar(12, default="statistics")
    period = Varchar(6, default="")
    state = Varchar(10, default="draft")
    hash = Varchar(64, default="")
    body = Text(default="")
    signed_by = Text(default="")
    signed_at = Timestamptz(default=None, null=True)


class Feedback(Table, tablename="feedback"):
    """What a home tells its young people will be done after a wave (C): one row a version, its words in ``body``."""

    id = Serial(primary_key=True)
    wave = belongs_to(Wave)
    version = Integer(default=1)
    state = Varchar(10, default="draft")
    body = Text(default="")
    written_by = Text(default="")
    published_at = Timestamptz(default=None, null=True)


class Account(Table, tablename="account"):
    name = Varchar(80, primary_key=True, default="")
    role = Text(default="")
    scope = Text(default="")
    password = Text(default="")
    second_factor = Text(default="")
    ends_on = Date(default=None, null=True)
    # The half-minute of the last one-time code that was used: none is used twice.
    used_step = Integer(default=0)


class TriedInVain(Table, tablename="tried"):
    """How often something was tried in vain; what, from where and when only a keyed hash knows, for a day."""

    id = Bytea(primary_key=True, default=b"")
    day = Date(default=None, null=True)
    n = Integer(default=0)


class Spent(Table, tablename="spent"):
    """A day on which the whole service's budget of tries in vain was spent, and on what."""

    id = Varchar(40, primary_key=True, default="")
    day = Date(default=None, null=True)
    what = Text(default="")


class Trouble(Table, tablename="trouble"):
    """What did not work at the latest tick, and since which day."""

    id = Varchar(40, primary_key=True, default="")
    since_on = Date(default=None, null=True)
    says = Text(default="")


class Session(Table, tablename="session"):
    hash = Bytea(primary_key=True, default=b"")
    account = belongs_to(Account)
    ends_at = Timestamptz(default=None, null=True)


class Audit(Table, tablename="audit"):
    id = Serial(primary_key=True)
    at = Timestamptz(default=None, null=True)
    who = Text(default="")
    did = Text(default="")
    what = Text(default="")
    link = Bytea(default=None, null=True)


class JobRun(Table, tablename="job_run"):
    key = Varchar(120, primary_key=True, default="")
    started_at = Timestamptz(default=None, null=True)


class Contact(Table, tablename="contact"):
    """How a placement's young person is reached, sealed to whoever sends; given by the placing municipality."""

    placement = Varchar(24, primary_key=True, default="")
    body = Bytea(default=b"")
    # That a first invitation could not be delivered: of a reminder it would tell that she had not answered.
    to_mend = Boolean(default=False)


class SilenceWish(Table, tablename="silence_wish"):
    """Somebody wants no more messages: sealed to whoever sends, and gone at the next tick."""

    id = Bytea(primary_key=True, default=b"")
    body = Bytea(default=b"")


class Silenced(Table, tablename="silenced"):
    """An address that wants no more messages, by a keyed hash, so that it stays so if it is given again."""

    id = Bytea(primary_key=True, default=b"")
    since = Date(default=None, null=True)


class Asked(Table, tablename="asked"):
    """When a moment was last asked about; whose and which only a keyed hash knows."""

    id = Bytea(primary_key=True, default=b"")
    asked_on = Date(default=None, null=True)


class Outbox(Table, tablename="outbox"):
    """One message: to whom and with which code is sealed; it ends as done whether it went or was dropped."""

    id = Bytea(primary_key=True, default=b"")
    state = Varchar(10, default="waiting")
    due_at = Timestamptz(default=None, null=True)
    claimed_until = Timestamptz(default=None, null=True)
    body = Bytea(default=b"")


class Sendout(Table, tablename="sendout"):
    """How many messages ended in a län on a day, sent or dropped alike, and how many first ones did not arrive."""

    id = Varchar(40, primary_key=True, default="")
    day = Date(default=None, null=True)
    lan = Text(default="")
    handled = Integer(default=0)
    first = Integer(default=0)
    undeliverable = Integer(default=0)


class StoredClock(Table, tablename="stored_clock"):
    """One row, in demonstrations only: how many seconds the clock stands ahead of the machine's."""

    id = Integer(primary_key=True, default=1)
    ahead = BigInt(default=0)


TABLES: tuple[type[Table], ...] = (
    Provider,
    Municipality,
    Unit,
    UnitTerm,
    Placement,
    Wave,
    Code,
    Draft,
    Envelope,
    Withdrawal,
    HelpCase,
    HelpNotice,
    SealedWave,
    OwnWords,
    WordsRead,
    Datum,
    Batch,
    RegisterRow,
    Period,
    Release,
    Feedback,
    Account,
    TriedInVain,
    Spent,
    Trouble,
    Session,
    Audit,
    JobRun,
    Contact,
    SilenceWish,
    Silenced,
    Asked,
    Outbox,
    Sendout,
    StoredClock,
)
