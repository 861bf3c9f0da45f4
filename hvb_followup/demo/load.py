"""Loading the invented nation: registers, accounts, and half-year after half-year of waves, all by the errands."""

from __future__ import annotations

import gc
from collections.abc import Callable

import msgspec

from hvb_followup import clock, periods
from hvb_followup.access import Role
from hvb_followup.actions.operate.accounts import NewAccount, make_account
from hvb_followup.actions.publish.facts import refresh
from hvb_followup.actions.respond.answering import make_box
from hvb_followup.demo.asking import ANALYST, Live, ask, newest_window, set_clock
from hvb_followup.demo.closing import Asked, closing
from hvb_followup.demo.coverage import Coverage, coverage
from hvb_followup.demo.hand import Hands
from hvb_followup.demo.invent import Nation, invented
from hvb_followup.demo.outcomes import follow
from hvb_followup.demo.reporting import HandIn, hand_in
from hvb_followup.demo.telling import tell_back
from hvb_followup.keys.web import WebKeys
from hvb_followup.running import Operation, take_part
from hvb_followup.store import homes

NEW_THINGS = 50_000  # so many are made before it is looked for circles among them
# What is being done, and how much of the whole is done, 0–1.
Progress = Callable[[str, float], None]
REGISTERS, LAST = (
    0.3,
    0.95,
)  # about how much of the time has passed after the registers, and before the open wave


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a demonstration offers: accounts with their passwords, live codes, homes and the newest release.

    ``stands_out`` is the one home that was made to differ from all others; ``coverage`` what the gates let through.
    """

    accounts: list[dict[str, str]]
    codes: list[Live]
    units: list[dict[str, str]]
    release: str
    stands_out: str
    coverage: Coverage


async def load(
    operation: Operation,
    keys: WebKeys,
    n_units: int,
    years: int,
    say: Progress,
    hands: Hands = (),
) -> Loaded:
    """Load a nation with so many homes and years of waves; the last wave is left open."""
    last = newest_window(clock.machine_now())
    half_years = [periods.shift(last, -step) for step in range(2 * years, 0, -1)]
    asked = Asked(n_units=n_units, first_half_year=half_years[0], now=clock.machine_now())
    closed = closing(operation, asked, hands)
    say("registers", 0.0)
    made = invented(operation.catalogue, asked.n_units, asked.first_half_year, asked.now)
    # Hundreds of thousands of rows that live until the end need not be looked through again and again.
    gc.freeze()
    gc.set_threshold(NEW_THINGS)
    await registers(operation, made, closed.hand_in)
    await closed.registers(half_years)
    box = make_box(operation.database, operation.catalogue, keys, operation.receipt_words())
    for number, half_year in enumerate(half_years):
        if number:
            await tell_back(operation, made, half_years[number - 1])
        say(half_year, REGISTERS + (LAST - REGISTERS) * number / len(half_years))
        await ask(operation, box, made, half_year, live=False)
        await follow(operation, box, made, half_year, live=False)
        await closed.begin(half_year)
    await tell_back(operation, made, half_years[-1], is_newest=True)
    say(last, LAST)
    # The open wave is part of no release: it is asked while the newest one is made, which nothing else waits beside.
    await closed.all_but_the_newest()
    codes = await ask(operation, box, made, last, live=True)
    codes += await follow(operation, box, made, last, live=True)
    people = await _accounts(operation, made)  # passwords take time, which there is while the newest is made
    release = await closed.release()
    await set_clock(operation, last)
    await refresh(await operation.context())
    units = [{"id": unit.id, "name": unit.name} for unit in made.units]
    say("", 1.0)
    return Loaded(
        accounts=people,
        codes=codes,
        units=units,
        release=release,
        stands_out=made.stands_out,
        coverage=await coverage(release, len(units)),
    )


async def registers(operation: Operation, made: Nation, others: HandIn) -> None:
    """Municipalities take part; everything else is handed in."""
    await take_part(operation)
    async with operation.database.transaction():
        await homes.put_municipalities(operation.database, made.municipalities)
    await hand_in(await operation.context(), made, others)


async def _accounts(operation: Operation, made: Nation) -> list[dict[str, str]]:
    """One account per role; its password is its name twice."""
    unit = made.units[0]
    scopes = {
        Role.UNIT_MANAGER: unit.id,
        Role.DATA_ENTRY: unit.id,
        Role.PROVIDER_ADMIN: unit.terms[0].provider,
        Role.CASE_WORKER: made.municipalities[0].code,
        Role.PROCURER: made.municipalities[0].code,
    }
    told = []
    for role in Role:
        name = NAMES[role]
        new = NewAccount(name=name, role=role, scope=scopes.get(role, ""), password=f"{name}-{name}")
        await make_account(await operation.context(), new, second_factor=False)
        told.append({"name": name, "password": new.password, "role": str(role), "scope": new.scope})
    second = f"{NAMES[Role.SAFEGUARDING_REVIEWER]}-2"  # of help cases there are always two readers
    new = NewAccount(name=second, role=Role.SAFEGUARDING_REVIEWER, scope="", password=f"{second}-{second}")
    await make_account(await operation.context(), new, second_factor=False)
    return [*told, {"name": second, "password": new.password, "role": str(new.role), "scope": ""}]


NAMES = {
    Role.UNIT_MANAGER: "forestandare",
    Role.DATA_ENTRY: "inmatare",
    Role.PROVIDER_ADMIN: "utforare",
    Role.CASE_WORKER: "socialsekreterare",
    Role.PROCURER: "upphandlare",
    Role.ANALYST: ANALYST.name,
    Role.EVIDENCE_CHECKER: "granskare",
    Role.SAFEGUARDING_REVIEWER: "lasare",
    Role.AUDITOR: "revisor",
    Role.OPERATOR: "driftansvarig",
}
