"""A running Tieout for the stories: the real bot process before a real sandbox process, driven as people would."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30.0
Found = TypeVar("Found")


def free_ports() -> int:
    """A port N such that N and N+1 are both free, and stay so.

    It lies below those that a system gives to outgoing connections (from 32768 on in Linux, 49152 elsewhere): there a
    connection of another test may take it before the bot listens.
    """
    chance = random.SystemRandom()
    for _ in range(200):
        port = chance.randrange(10_000, 32_000, 2)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("no two neighbouring ports are free")


def call(url: str, content: Any = None, *, method: str | None = None) -> Any:
    """JSON in, JSON out, over loopback."""
    body = None if content is None else json.dumps(content).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def eventually(what: str, look: Callable[[], Found | None], *, within: float = PATIENCE) -> Found:
    """The first truthy thing that `look` returns; fails with `what` when it never does."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"never happened: {what}")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process with nothing configured but its home."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"TIEOUT_HOME": str(home), "PYTHONUNBUFFERED": "1"} | more


def command_line(home: Path, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs `app.py` once."""
    chosen = environment(home) | (env or {})
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *words], cwd=ROOT, env=chosen, capture_output=True, text=True, timeout=90
    )


def json_of(home: Path, *words: str, env: dict[str, str] | None = None) -> Any:
    """What `app.py … --json` answers; the exit code must be 0."""
    done = command_line(home, *words, "--json", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@dataclass
class Tieout:
    """One bot process and the URL of the sandbox that it talks to."""

    home: Path
    port: int
    words: Sequence[str] = ()
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The sandbox's page."""
        return self.env.get("TIEOUT_SANDBOX_URL") or f"http://127.0.0.1:{self.port}"

    def start(self) -> Tieout:
        """Starts the bot and waits for the one URL that it prints."""
        log = (self.home / "bot.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "run", "--port", str(self.port), *self.words],
            cwd=ROOT,
            env=environment(self.home, **self.env),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert "http://" in said, (self.home / "bot.log").read_text()[-3000:]
        return self

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """SIGTERM, as a supervisor does; a bot that does not obey fails the story."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
                raise

    # People

    def slack_says(self, member: str, channel: str, text: str) -> None:
        """A member writes in Slack."""
        call(f"{self.url}/page/api/slack/message", {"as": member, "channel": channel, "text": text})

    def slack_command(self, member: str, channel: str, text: str) -> None:
        """A member uses /close."""
        content = {"as": member, "channel": channel, "command": "/close", "text": text}
        call(f"{self.url}/page/api/slack/command", content)

    def slack_messages(self, channel: str) -> list[dict[str, Any]]:
        """The messages of a Slack channel, oldest first."""
        found = call(f"{self.url}/page/api/slack/messages?channel={channel}")["messages"]
        return [{"channel": channel} | each for each in found]

    def slack_ephemerals(self, member: str) -> list[dict[str, Any]]:
        """What only this member sees in Slack."""
        return list(call(f"{self.url}/page/api/slack/ephemerals?as={member}")["ephemerals"])

    def slack_click(self, member: str, message: dict[str, Any], button: str) -> None:
        """A member clicks the button with that label."""
        found = slack_button(message, button)
        content = {"as": member, "channel": message["channel"], "ts": message["ts"], "action_id": found["action_id"]}
        call(f"{self.url}/page/api/slack/click", content | {"value": found.get("value", "")})

    def teams_messages(self, conversation: str) -> list[dict[str, Any]]:
        """The activities of a Teams conversation, oldest first."""
        place = urllib.request.quote(conversation, safe="")  # type: ignore[attr-defined]
        return list(call(f"{self.url}/page/api/teams/messages?conversation={place}")["messages"])

    # Xero, as the simulator has it

    def journals(self, organisation: str, mark: str = "") -> list[dict[str, Any]]:
        """The posted manual journals of an organisation whose narration or URL bears `mark`."""
        token = call_form(f"{self.url}/xero/connect/token")
        url = f"{self.url}/xero/api.xro/2.0/ManualJournals?pageSize=1000&page=1"
        request = urllib.request.Request(url)
        for name, value in {
            "Authorization": f"Bearer {token}",
            "Xero-Tenant-Id": organisation,
            "Accept": "application/json",
        }.items():
            request.add_header(name, value)
        with urllib.request.urlopen(request, timeout=30) as answer:
            found = json.load(answer)["ManualJournals"]
        return [
            each for each in found if mark in each["Narration"] + each.get("Url", "") and each["Status"] == "POSTED"
        ]


def call_form(url: str) -> str:
    """An access token of the sandbox."""
    body = b"grant_type=client_credentials&client_id=SANDBOXCLIENT&client_secret=sandbox-secret"
    with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=10) as answer:
        return str(json.load(answer)["access_token"])


def slack_button(message: dict[str, Any], label: str) -> dict[str, Any]:
    """The button of a Slack message with that label."""
    for block in message.get("blocks", []):
        for element in block.get("elements", []):
            if isinstance(element.get("text"), dict) and element["text"]["text"] == label:
                return dict(element)
    raise AssertionError(f"no button “{label}” on {json.dumps(message)[:2000]}")


def words_of(card: Any) -> str:
    """All the words of a Slack message or Teams activity, for reading."""
    return json.dumps(card, ensure_ascii=False)
