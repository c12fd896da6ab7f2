"""A firm connects Xero: the real bot, a sandbox standing for Xero, settings as for real books, a browser over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.stories.test_command_line import schemas
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.support.tieout import ROOT, command_line, environment, free_ports, json_of
from tests.support.xero_consent import open_consent, visit
from tests.support.xero_wire import Answer


@dataclass
class Bot:
    """A bot that serves Xero's consent, and its command line."""

    home: Path
    env: dict[str, str]
    port: int
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        words = [sys.executable, str(ROOT / "app.py"), "run", "--port", str(self.port), "--json"]
        env = environment(self.home, **self.env)
        self.process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        assert json.loads(self.process.stdout.readline())["ready"]

    def json_of(self, *words: str) -> Any:
        return json_of(self.home, *words, env=self.env)

    def refused(self, *words: str, env: dict[str, str] | None = None) -> Any:
        done = command_line(self.home, *words, "--json", env=self.env | (env or {}))
        assert done.returncode == 2, done.stdout + done.stderr
        return json.loads(done.stdout)["refused"]

    def walk(self, link: str, decision: str = "allow") -> Answer:
        """What a browser does from the link on, and the page at its end."""
        to_xero = visit(link)
        assert to_xero.status == 302, to_xero.text
        cookie = to_xero.headers["set-cookie"].split(";")[0]
        back = open_consent(to_xero.headers["location"]).press(decision).headers["location"]
        return visit(back, cookie=cookie)


@pytest.fixture(scope="module")
def xero(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """The sandbox, standing for Xero alone."""
    running = start_sandbox(tmp_path_factory.mktemp("xero"), books=None, today="2026-11-05")
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, xero: RunningSandbox) -> Iterator[Bot]:
    """The bot with an administrator, Ada, and nothing connected."""
    home, port = tmp_path_factory.mktemp("home"), free_ports()
    firm = yaml.safe_load((ROOT / "sandbox/demo/firm.yml").read_text())
    others = [each for each in firm["members"] if each["role"] != "administrator"]
    firm["members"] = [*others, {"id": "ada", "name": "Ada Lovelace", "role": "administrator"}]
    (home / "firm.yml").write_text(yaml.safe_dump(firm))
    env = {
        "XERO_CLIENT_ID": "SANDBOXCLIENT",
        "XERO_CLIENT_SECRET": "sandbox-secret",
        "XERO_BASE_URL": xero.url,
        "XERO_REDIRECT_URL": f"http://127.0.0.1:{port + 1}/xero/callback",
        "TIEOUT_FIRM": str(home / "firm.yml"),
        "TIEOUT_TODAY": "2026-11-05",
    }
    made = Bot(home, env, port)
    yield made
    made.process.terminate()
    made.process.wait(20)


def holds(content: Any, heading: str) -> Any:
    """The content, which is what docs/cli.md promises under that heading."""
    jsonschema.validate(content, schemas()[heading])
    return content


def test_one_consent_lands_three_clients_that_can_be_asked_about_and_taken_away(bot: Bot, xero: RunningSandbox) -> None:
    assert "connect xero" in bot.refused("skill", "close_readiness", "--client", "bondi-coffee")["next_step"]

    asked = holds(bot.json_of("connect", "xero"), "connect xero")
    assert (asked["member"], asked["organisations"]) == ("ada", [])
    page = bot.walk(asked["link"])

    assert page.status == 200
    for name in ("Bondi Coffee Roasters Pty Ltd", "Kauri Export Ltd", "Thames Studio Ltd"):
        assert f"<strong>{name}</strong>, client {name}" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    standing = bot.json_of("connect", "xero")["organisations"]
    assert [(each["client"], each["state"]) for each in standing] == [
        ("bondi-coffee", "connected"),
        ("kauri-export", "connected"),
        ("thames-studio", "connected"),
    ]
    assert bot.json_of("skill", "close_readiness", "--client", "kauri-export", "--period", "2026-10")["findings"]

    used = holds(bot.json_of("xero", "usage"), "xero usage")
    (kauri,) = (each for each in used["organisations"] if each["name"] == "Kauri Export Ltd")
    assert kauri["calls_today"] > 5
    assert used["bytes_billed_month"] > 1000
    (row,) = [row for row in bot.json_of("doctor")["checks"] if row["name"] == "xero"]
    assert (row["state"], "3 organisations" in row["words"], "calls today" in row["words"]) == ("ready", True, True)

    rotated = holds(bot.json_of("keys", "rotate"), "keys rotate")
    assert rotated["resealed"] == 1
    assert (
        bot.json_of("skill", "prepayments", "--client", "thames-studio", "--period", "2026-10")["findings"] is not None
    )

    holds(bot.json_of("connect", "xero", "--off", "kauri-export"), "connect xero --off")
    assert bot.refused("skill", "close_readiness", "--client", "kauri-export")["code"] == "xero_unauthorised"
    assert bot.refused("connect", "xero", "--off", "kauri-export")["code"] == "not_connected"
    assert bot.json_of("skill", "prepayments", "--client", "bondi-coffee", "--period", "2026-10")

    story = holds(bot.json_of("audit", "show", "kauri-export"), "audit show")["story"]
    assert [(row["what"], row["who"]) for row in story] == [("xero_connected", "ada"), ("xero_disconnected", "ada")]


def test_a_growing_rollout_asks_again(bot: Bot, xero: RunningSandbox) -> None:
    bot.walk(bot.json_of("connect", "xero")["link"])
    later = bot.env | {"XERO_PHASE": "close"}
    asked = json_of(bot.home, "connect", "xero", env=later)
    assert {each["state"] for each in asked["organisations"]} == {"needs more scopes, connect it again"}
    done = command_line(bot.home, "doctor", "--json", env=later)
    (row,) = [row for row in json.loads(done.stdout)["checks"] if row["name"] == "xero"]
    assert (done.returncode, row["state"]) == (1, "broken")
    assert "XERO_PHASE close needs more than was allowed" in row["words"]


def test_who_cancels_reads_why_and_may_try_again(bot: Bot) -> None:
    link = bot.json_of("connect", "xero", "--as", "ada")["link"]
    page = bot.walk(link, "cancel")
    assert page.status == 400
    assert "Nothing was connected" in page.text
    assert bot.walk(link).status == 200
    assert "has served" in visit(link).text


def test_only_administrators_get_a_link_and_only_while_they_are(bot: Bot) -> None:
    assert bot.refused("connect", "xero", "--as", "tom")["code"] == "not_administrator"
    link = bot.json_of("connect", "xero", "--as", "ada")["link"]
    firm = (bot.home / "firm.yml").read_text()
    (bot.home / "firm.yml").write_text(firm.replace("role: administrator", "role: viewer"))
    try:
        bot.refused("skill", "prepayments", "--client", "nobody")  # any command reads the firm anew
        assert "for its administrators" in visit(link).text
    finally:
        (bot.home / "firm.yml").write_text(firm)
        command_line(bot.home, "skill", "prepayments", "--client", "bondi-coffee", env=bot.env)


def test_a_callback_that_nobody_asked_for_is_a_page_and_no_connection(bot: Bot) -> None:
    base = f"http://127.0.0.1:{bot.port + 1}/xero"
    for address in (f"{base}/callback", f"{base}/callback?state=x&code=y", f"{base}/connect", f"{base}/connect?link=x"):
        answer = visit(address, cookie="tieout_connect=x")
        assert answer.status == 400
        assert "Not connected" in answer.text
    assert visit(f"{base}/elsewhere").status == 404


def test_a_custom_connection_has_nothing_to_connect_and_still_reads(bot: Bot) -> None:
    custom = {"XERO_REDIRECT_URL": ""}
    assert bot.refused("connect", "xero", env=custom)["code"] == "no_consent_needed"
    found = json_of(bot.home, "skill", "prepayments", "--client", "kauri-export", env=bot.env | custom)
    assert found["client"] == "kauri-export"


@pytest.mark.parametrize(
    "wrong",
    [
        {"XERO_PHASE": "everything"},
        {"XERO_FEATURES": "payroll,fax"},
        {"XERO_REDIRECT_URL": "https://x.example/callback"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(bot: Bot, wrong: dict[str, str]) -> None:
    assert bot.refused("connect", "xero", env=wrong)["code"] in ("xero_phase", "xero_features", "xero_redirect")
