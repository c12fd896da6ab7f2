"""Every "no" is a sentence with its next step, exit code 2, and nothing else: no traceback, nothing half done."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.support.tieout import ROOT, Tieout, call, command_line, environment, eventually, free_ports, words_of

DEMO_FIRM = (ROOT / "sandbox/demo/firm.yml").read_text()


def refusal(home: Path, *words: str, **env: str) -> dict[str, str]:
    """What `app.py … --json` refuses with."""
    done = command_line(home, *words, "--json", env=env)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    said: dict[str, str] = json.loads(done.stdout)["refused"]
    assert said["words"]
    assert said["next_step"]
    return said


@pytest.mark.parametrize(
    ("mistake", "mended", "named"),
    [
        ("role: preparer", "role: wizard", "wizard"),
        ("version: 1", "version: 7", "version 7"),
        ("timezone: Europe/London", "timezone: Europe/Londinium", "Londinium"),
        ("user: U0PRIYA", "user: U0ALICE", "U0ALICE"),
        ("members:", "membres:", "membres"),
        ("post_journal: {", "post_jornal: {", "post_jornal"),
        ("budget_variance: ", "budget_variances: ", "budget_variances"),
        ("post_journal: {", "post_journal: {{", ""),
    ],
)
def test_a_broken_firm_file_names_its_mistake(home: Path, mistake: str, mended: str, named: str) -> None:
    broken = home / "firm.yml"
    broken.write_text(DEMO_FIRM.replace(mistake, mended, 1))
    done = command_line(home, "run", "--port", str(free_ports()), env={"TIEOUT_FIRM": str(broken)})
    assert done.returncode == 2, done.stderr
    assert named in done.stderr
    assert "Next step:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_firm_file_that_is_not_there(home: Path) -> None:
    done = command_line(home, "run", "--port", str(free_ports()), env={"TIEOUT_FIRM": str(home / "nowhere.yml")})
    assert done.returncode == 2
    assert "nowhere.yml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_names_the_port_and_the_way_out(home: Path) -> None:
    port = free_ports()
    for taken in (port, port + 1):
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", taken))
            other.listen()
            done = command_line(home, "run", "--port", str(port))
        assert done.returncode == 2, done.stderr
        assert str(taken) in done.stderr
        assert "--port" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_database_that_cannot_be_reached(home: Path) -> None:
    said = refusal(home, "audit", "verify", TIEOUT_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert said["code"] == "database_unreachable"
    assert "TIEOUT_DATABASE_URL" in said["next_step"]


def test_a_sandbox_that_is_not_there(home: Path) -> None:
    said = refusal(home, "queue", "list", TIEOUT_SANDBOX_URL="http://127.0.0.1:1")
    assert said["code"] == "sandbox_unreachable"


def test_books_that_cannot_be_read_are_named_and_nothing_starts(home: Path) -> None:
    bad = home / "ledger.csv"
    bad.write_text("date,account code,debit,credit\n2026-10-01,200,10.00,\n")
    done = command_line(home, "run", "--port", str(free_ports()), "--books", str(bad))
    assert done.returncode == 2, done.stderr
    assert "ledger.csv" in done.stderr
    assert "Traceback" not in done.stderr


class TestOneSandboxManyQuestions:
    """Refusals that need open books share one running Tieout."""

    def test_a_client_nobody_knows(self, tieout: Tieout) -> None:
        said = refusal(tieout.home, "skill", "close_readiness", "--client", "Atlantis", "--period", "2026-10")
        assert said["code"] == "unknown_client"

    def test_a_client_the_member_may_not_see_is_refused_like_one_that_does_not_exist(self, tieout: Tieout) -> None:
        hidden = refusal(tieout.home, "ask", "--as", "tom", "Is Bondi ready to close October?")
        unknown = refusal(tieout.home, "ask", "--as", "tom", "Is Bonbon ready to close October?")
        assert hidden["code"] == unknown["code"] == "unknown_client"
        assert "Bondi Coffee" not in json.dumps(hidden)

    def test_the_same_in_slack_is_told_to_tom_only(self, tieout: Tieout) -> None:
        tieout.slack_says("tom", "dm", "Is Bondi ready to close October?")
        told = eventually("a refusal", lambda: _last_dm(tieout, "tom", "Kauri"))
        assert "Bondi Coffee" not in told

    def test_a_period_that_is_none(self, tieout: Tieout) -> None:
        said = refusal(tieout.home, "skill", "close_readiness", "--client", "Bondi", "--period", "Octember")
        assert "YYYY-MM" in said["next_step"]

    def test_a_member_nobody_knows(self, tieout: Tieout) -> None:
        assert refusal(tieout.home, "ask", "--as", "mallory", "Is Bondi ready?")["code"] == "unknown_member"

    def test_a_skill_and_a_post_nobody_knows(self, tieout: Tieout) -> None:
        assert refusal(tieout.home, "skill", "juggling", "--client", "Bondi")["code"] == "unknown_skill"
        assert refusal(tieout.home, "post", "juggling", "--client", "Bondi")["code"] == "unknown_post"

    def test_a_proposal_nobody_knows(self, tieout: Tieout) -> None:
        assert refusal(tieout.home, "queue", "show", "nothing")["code"] == "unknown_proposal"

    def test_a_wrong_token(self, tieout: Tieout) -> None:
        base = tieout.url
        call(f"{base}/control/faults", {"organisation": "*", "kind": "expired_token", "times": 20})
        try:
            said = refusal(tieout.home, "skill", "prepayments", "--client", "Bondi", "--period", "2026-10")
        finally:
            call(f"{base}/control/faults", method="DELETE")
        assert said["code"].startswith("xero")

    def test_xero_down(self, tieout: Tieout) -> None:
        base = tieout.url
        call(f"{base}/control/faults", {"organisation": "*", "kind": "down", "times": 200})
        try:
            said = refusal(tieout.home, "skill", "prepayments", "--client", "Bondi", "--period", "2026-10")
            ready = command_line(tieout.home, "skill", "close_readiness", "--client", "Bondi", "--json")
        finally:
            call(f"{base}/control/faults", method="DELETE")
        assert said["code"].startswith("xero")
        assert "Traceback" not in ready.stderr


def test_against_real_books_a_name_alone_decides_nothing(home: Path) -> None:
    said = refusal(
        home,
        "queue",
        "approve",
        "some-id",
        "--as",
        "priya",
        XERO_CLIENT_ID="real",
        XERO_CLIENT_SECRET="real",
        TIEOUT_FIRM=str(ROOT / "sandbox/demo/firm.yml"),
    )
    assert said["code"] == "code_needed"
    assert environment(home)


def _last_dm(tieout: Tieout, member: str, word: str) -> str:
    said = words_of(call(f"{tieout.url}/page/api/slack/messages?channel=dm&as={member}"))
    said += words_of(tieout.slack_ephemerals(member))
    return said if word in said else ""
