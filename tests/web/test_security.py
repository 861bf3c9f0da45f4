"""What holds for every response, whatever was asked: headers, hosts, and never a server error or an echo."""

from __future__ import annotations

import itertools
import re

import pytest

from hvb_followup.access import Role
from hvb_followup.web.security import handlers_of
from tests.asking import FORM, Answered, Phone, ask, post
from tests.safeguarding.reviewing import make_reviewed
from tests.world import NORTH, World

ANSWER_HOST = "fragor.invalid"
CANARY = "kanariefagel"

# Written by hand: what every response carries, but for what its own kind of page says of caching and sharing.
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "strict-transport-security": "max-age=31536000",
}


def assert_guarded(answered: Answered, what: str) -> None:
    for name, value in ALWAYS.items():
        assert answered.all(name) == [value], f"{what}: {name}"
    (policy,) = answered.all("content-security-policy")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert len(answered.all("cache-control")) == 1, what
    assert answered.header("cross-origin-resource-policy") in {"same-origin", "cross-origin"}, what
    assert not answered.header("server"), what


async def test_every_kind_of_response_carries_its_headers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7 P8."""
    app = await world.app()
    css = app.state.service.files.href("svara.css")
    tag = (await ask(app, "GET", "/api/v1/kpi")).header("etag")
    seen = {
        "200": await ask(app, "GET", "/"),
        "204": await ask(app, "OPTIONS", "/svara"),
        "303": await ask(app, "GET", "/enhet"),
        "304": await ask(app, "GET", "/api/v1/kpi", headers=[("if-none-match", tag)]),
        "400": await ask(app, "GET", "/api/v1/data/x"),
        "403": await post(app, "/svara", "code=1", headers=[("sec-fetch-site", "cross-site")]),
        "404": await ask(app, "GET", "/nej"),
        "405": await ask(app, "PUT", "/svara"),
        "413": await post(app, "/svara", "a=" + "1" * 70_000),
        "415": await ask(app, "POST", "/svara", headers=[("content-type", "application/json")], body=b"{}"),
        "422": await post(app, "/svara", "code=1"),
        "static": await ask(app, "GET", css),
    }
    monkeypatch.setattr(type(app.state.service), "now", _broken)
    seen["500"] = await post(app, "/svara", "code=1")
    for status, answered in seen.items():
        assert_guarded(answered, status)
        assert status in {"static", str(answered.status)}
    assert seen["static"].header("cache-control") == "public, max-age=31536000, immutable"


async def _broken(self: object) -> None:
    raise RuntimeError(CANARY)


async def test_a_fault_inside_tells_a_stranger_nothing_and_the_log_no_value(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = await world.app()
    monkeypatch.setattr(type(app.state.service), "now", _broken)
    for target in ("/svara", "/logga-in"):
        answered = await post(app, target, f"code={CANARY}&name={CANARY}")
        assert answered.status == 500
        assert not [word for word in (CANARY, "RuntimeError", "Traceback", ".py") if word in answered.text]
    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text


async def test_pages_of_persons_are_never_kept(world: World) -> None:
    app = await world.app()
    headers = [("cookie", f"session={await world.session(Role.UNIT_MANAGER, NORTH)}")]
    for target in ("/enhet", f"/enhet/{NORTH}", "/svara", "/svara/start", "/logga-in", "/svara/hjalp"):
        assert (await ask(app, "GET", target, headers=headers)).header("cache-control") == "no-store", target


@pytest.mark.parametrize(
    ("changed", "is_secure"),
    [({}, False), ({"answer_url": f"https://{ANSWER_HOST}"}, True), ({"demo": False}, True)],
)
async def test_cookies_are_strict_unreadable_to_scripts_and_secure(
    world: World, changed: dict[str, object], is_secure: bool
) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    app = await world.app(demo=True, **changed) if "demo" not in changed else await fixed(world, **changed)
    host = ANSWER_HOST if "answer_url" in changed else "test.invalid"
    entered = await post(app, "/svara", f"code={issued.code}", host=host)
    (cookie,) = entered.all("set-cookie")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"path=/svara", "httponly", "samesite=strict", *(["secure"] if is_secure else [])}
    assert re.fullmatch(r"s=[0-9a-f]+", cookie.split(";")[0])


async def fixed(world: World, **changed: object):  # type: ignore[no-untyped-def]
    """The application outside a demonstration, in whose clock the wave is open all the same."""
    app = await world.app(**changed)
    now = world.now

    async def stands() -> object:
        return now

    app.state.service.now = stands
    return app


async def test_a_form_from_another_site_is_refused_before_anything_is_done(world: World) -> None:
    app = await world.app()
    posts = {
        route.path.replace("{number:int}", "1")
        for route, handler in handlers_of(app)
        if "POST" in handler.http_methods  # type: ignore[attr-defined]
    }
    foreign = [
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
        [("origin", "https://elak.invalid")],
        [("origin", "null")],
        [("origin", "http://test.invalid.elak.invalid")],
        [("sec-fetch-site", "cross-site"), ("origin", "http://test.invalid")],
    ]
    for target, headers in itertools.product(sorted(posts), foreign):
        assert (await post(app, target, "code=1", headers=headers)).status == 403, f"{target} {headers}"
    for headers in (
        [("sec-fetch-site", "same-origin")],
        [("sec-fetch-site", "none")],
        [("origin", "http://test.invalid")],
    ):
        assert (await post(app, "/svara", "code=1", headers=headers)).status == 422, headers


async def test_what_is_no_form_is_refused_and_never_read(world: World) -> None:
    app = await world.app()
    for target in ("/svara", "/svara/start", "/svara/fraga/1", "/svara/ta-bort", "/logga-in"):
        for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain", "", FORM + "x"):
            headers = [("content-type", kind)] if kind else []
            answered = await ask(
                app, "POST", target, headers=headers, body=b'{"code":"%s"}' % CANARY.encode()
            )
            assert (answered.status, CANARY in answered.text) == (415, False), f"{target} {kind}"
        assert (await post(app, target, "&".join(["a=1"] * 51))).status == 415
        assert (await post(app, target, "a=" + "1" * 20_001)).status == 415
        assert (await post(app, target, "a=1&" * 100_000)).status == 413


async def test_each_host_answers_only_its_own_routes(world: World) -> None:
    app = await world.app(answer_url=f"https://{ANSWER_HOST}")
    css = app.state.service.files.href("svara.css")
    for host, own, foreign in (
        (
            ANSWER_HOST,
            ("/svara", "/svara/", "/svara/hjalp"),
            ("/", "/enhet", "/logga-in", "/api/v1/kpi", "/hem/x", "//", "/x"),
        ),
        (
            "test.invalid",
            ("/", "/metod", "/api/v1/kpi"),
            ("/svara", "/svara/", "//svara", "/svara//hjalp", "///svara/hjalp"),
        ),
    ):
        for target in (*own, css, "/health", "/ready"):
            assert (await ask(app, "GET", target, host=host)).status == 200, f"{host} {target}"
        for target in foreign:
            answered = await ask(app, "GET", target, host=host)
            assert answered.status == 404, f"{host} {target}"
            assert "Fråga" not in answered.text
            assert host != ANSWER_HOST or "hvb" not in answered.text.lower()
            assert_guarded(answered, target)
    wrong_way = await ask(app, "PUT", "/metod", host=ANSWER_HOST)
    assert "hvb" not in wrong_way.text.lower()


async def test_without_a_neutral_host_one_host_answers_all(world: World) -> None:
    app = await world.app()
    assert {(await ask(app, "GET", target)).status for target in ("/", "/svara", "/logga-in")} == {200}


# --- hostile requests: every route × every trick --------------------------------------------------------------

ODD_PARTS = (
    "%00", "%ff", "%ED%A0%80", "%", "%zz", "%C2%B2", "..%2f..%2fetc%2fpasswd", "%3Cscript%3E" + CANARY, "'%20OR%201=1--",
    "9" * 5000, "-1", "100000000000000000000000", "%F0%9F%98%80", "a" * 3000, "%0d%0aset-cookie:%20a=b", "{number:int}",
)  # fmt: skip
ODD_QUERIES = (
    "r=%00", "r=%ff", "r=%ED%A0%80", f"r={CANARY}", "start=%C2%B2", "start=-1", "start=" + "9" * 400, "lang=%00", "lang=../sv",
    "n=%C2%B2", f"n={CANARY}", "&".join(["a=1"] * 5000), "=&=&;;&%", "r[]=1", "r=1&r=2", "lang=" + "x" * 5000, "\xff\xfe",
)  # fmt: skip
ODD_HEADERS = (
    [("cookie", "s=zz; session=zz")], [("cookie", "s=" + "00" * 900)], [("cookie", "s=; session=")], [("cookie", "\xff\xfe")],
    [("cookie", ";;;===")], [("cookie", "session=" + "a" * 8000)], [("cookie", "s=ÅÄÖ; session=ÅÄÖ")],
    [("accept-encoding", "\xff")],
    [("if-none-match", '"')], [("host", "")], [("origin", "\xff")], [("sec-fetch-site", "")], [("content-length", "x")],
    [("accept", "application/json")], [("x-forwarded-host", CANARY)], [("x-http-method-override", "DELETE")],
)  # fmt: skip
ODD_BODIES = (
    (FORM, b""), (FORM, b"\xff\xfe"), (FORM, b"%"), (FORM, b"code=%ED%A0%80&name=%ED%A0%80&receipt=%ED%A0%80"), (FORM, b"&=&=&"),
    (FORM, b"code=%00&name=%00&password=%00&receipt=%00+%00+%00&answer=%00"), (FORM, b"a=1&" * 12_500), (FORM, b"a=1&" * 100_000),
    (FORM, b"name=a&password=b&code=%C2%B2"), (FORM, b"code=" + b"K" * 10_000), (FORM, b"choice=yes&edition=%F0%9F%98%80"),
    (FORM, b"do=next&answer=" + CANARY.encode()), (FORM + "; charset=utf-7", b"code=+AAA-"), ("application/json", b"[" * 100_000),
    ("application/json", b'{"a":' * 5000), ("application/json", b"1e999"), ("multipart/form-data", b"--x"), ("\xff", b"x"),
    ("multipart/form-data; boundary=" + "x" * 3000, b"--x\r\n" * 1000), ("text/xml", b'<!DOCTYPE a [<!ENTITY b "c">]>'),
    ("", b"x"),
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get", "")


def hostile(paths: list[str]) -> list[tuple[str, str, list[tuple[str, str]], bytes]]:
    """Every trick on every route: method, address, headers, body."""
    asked: list[tuple[str, str, list[tuple[str, str]], bytes]] = []
    for path in paths:
        plain = re.sub(r"\{[^}]*\}", "1", path)
        asked += [(method, plain, [], b"") for method in METHODS]
        asked += [("GET", f"{plain}?{query}", [], b"") for query in ODD_QUERIES]
        asked += [("GET", plain, list(headers), b"") for headers in ODD_HEADERS]
        asked += [
            ("POST", plain, [("content-type", kind)] if kind else [], body) for kind, body in ODD_BODIES
        ]
        asked += [
            ("GET", re.sub(r"\{[^}]*\}", lambda _, odd=odd: odd, path, count=1), [], b"")
            for odd in ODD_PARTS
            if "{" in path
        ]
        asked += [("GET", f"{plain}/{odd}", [], b"") for odd in ODD_PARTS]
    return asked


async def test_no_hostile_request_makes_a_server_error_or_is_echoed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """As nobody, as a signed-in manager, and in the middle of a sitting (R6 G6)."""
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    await make_reviewed(
        world
    )  # without a desk's key a request for help is answered with 503 and the help lines
    app = await world.app()
    phone = Phone(app)
    await phone.begin(issued.code)
    session = await world.session(Role.UNIT_MANAGER, NORTH)
    paths = sorted({route.path for route, _ in handlers_of(app)})
    n_asked = 0
    for method, target, headers, body in hostile(paths):
        mine = "s=" + phone.sitting if target.startswith("/svara") else "session=" + session
        for cookie in ([], [("cookie", mine)]):
            if cookie and (target == "/svara/klar" or any(name == "cookie" for name, _ in headers)):
                continue  # "Klar" in a sitting is no trick: it is done
            answered = await ask(app, method, target, headers=[*headers, *cookie], body=body)
            n_asked += 1
            shown = f"{method} {target[:80]} {headers} {body[:30]!r}"
            assert answered.status < 500, shown
            assert "Traceback" not in answered.text, shown
            assert_guarded(answered, shown)
            if target.startswith("/svara"):
                assert CANARY not in answered.text, shown
                assert "hvb" not in answered.text.lower(), shown
            if "html" in answered.header("content-type"):
                assert f"<script>{CANARY}" not in answered.text, shown
    assert n_asked > 2000
    assert not caplog.records
    assert "Fråga" in (await Phone(app).begin(issued.code)).text, "the code still opens"
