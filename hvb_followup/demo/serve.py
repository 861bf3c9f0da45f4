"""``hvb demo``: build the invented nation where there is none, tell where it is, and serve it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import msgspec

from hvb_followup import content
from hvb_followup.demo.hand import Hands
from hvb_followup.demo.load import Loaded, Progress, load
from hvb_followup.keys.counter import make_counter_keys
from hvb_followup.keys.desk import make_desk_key
from hvb_followup.keys.mailing import make_mailing_keys
from hvb_followup.keys.web import WebKeys, make_web_keys
from hvb_followup.pseudonyms import written
from hvb_followup.running import operation
from hvb_followup.settings import Settings, from_environment
from hvb_followup.store import migrate

# Help lines that answer in Sweden; the day is when somebody last checked them.
DEPLOYMENT = """\
operator = "Påhittade kommunförbundet"
contact = "fragor@exempel.invalid"
exit_url = "https://www.smhi.se/"

[feedback]
sv = "Resultatet sätts upp där du bor."
en = "The results are put up where you live."
ar = "تُعلَّق النتيجة حيث تسكن."

[[helpline]]
name = "Bris"
phone = "116 111"
hours = "Dygnet runt."
hours_in = { en = "Day and night." }
oldest = 17
free = true
off_the_bill = true
anonymous = true
verified_on = 2026-11-22

[[helpline]]
name = "IVO:s barn- och ungdomslinje"
phone = "020-120 06 06"
hours = "Vardagar."
hours_in = { en = "Weekdays." }
oldest = 20
free = true
off_the_bill = true
anonymous = true
verified_on = 2026-11-22

[[recipient]]
name = "Påhittade socialjouren"
account = "lasare"
email = "socialjouren@exempel.invalid"

[[recipient]]
name = "Påhittade kommunförbundets läsare"
account = "lasare-2"
email = "lasare@exempel.invalid"
"""
# Of a demonstration only: a real passphrase stands nowhere.
PASSPHRASE = "påhittad lösenfras för disken"


def demo_settings(data: Path, port: int) -> Settings:
    """The environment of a demonstration, for this process and its children."""
    os.environ.update({"HVB_DEMO": "1", "HVB_DATA": str(data.resolve()), "HVB_PORT": str(port)})
    return from_environment(os.environ)


async def build(settings: Settings, n_units: int, years: int, say: Progress, hands: Hands = ()) -> None:
    """Build the nation, with as many hands as there are, and write demo.json; one that is there already is
    left as it is."""
    told = settings.data / "demo.json"
    if told.exists():
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.deployment.write_text(DEPLOYMENT, encoding="utf-8")
    make_counter_keys(settings.counter_keys)
    keys = make_web_keys(settings.web_keys, settings.public_keys)
    # A key is dear to guess at, and so to make: that goes on beside while the content is read.
    desk = asyncio.get_running_loop().run_in_executor(None, _make_desk, settings, keys)
    make_mailing_keys(settings.counter_keys, settings.public_keys, keys.secret)
    # Where there are hands they compute, and try what they compute with.
    catalogue = content.read(settings.content, invented=True, tried=not hands)
    async with operation(settings, catalogue=catalogue) as surroundings:
        await migrate.migrate(surroundings.database)
        await desk
        loaded = await load(surroundings, keys, n_units, years, say, hands)
    told.write_bytes(msgspec.json.format(msgspec.json.encode(describe(settings, loaded)), indent=1))


def _make_desk(settings: Settings, keys: WebKeys) -> None:
    """The desk's key, unless it is there."""
    if keys.desk_key() is None:
        make_desk_key(settings.desk_keys, settings.public_keys, PASSPHRASE)


def describe(settings: Settings, loaded: Loaded) -> dict[str, object]:
    """What demo.json says: addresses, accounts, live codes. All of it is invented."""
    home = f"http://{settings.host}:{settings.port}"
    return {
        "påhittat": "Inga riktiga hem eller personer.",
        "addresses": {
            "public": f"{home}/",
            "answer": f"{settings.answer_url or home}/svara",
            "sign_in": f"{home}/logga-in",
        },
        "accounts": loaded.accounts,
        "desk": {"command": f"HVB_DEMO=1 HVB_DATA={settings.data} hvb desk", "passphrase": PASSPHRASE},
        "codes": [{**msgspec.to_builtins(one), "code": written(one.code)} for one in loaded.codes],
        "units": loaded.units,
        "release": loaded.release,
        "stands_out": loaded.stands_out,
        "coverage": loaded.coverage,
    }
