"""The simulator's webhooks: it asks for the intent first, signs what it sends, and repeats what was not answered."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.xero import paper_lantern
from tests.support.sandbox_server import RunningSandbox, start_sandbox

KEY = "the key that Xero shows once"


class Receiver:
    """An app's endpoint: answers 200 to what is signed, 401 to the rest, and fails as often as it is told."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.failures = 0
        self.cookie = False
        self.trusting = False
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = told.answer(body, self.headers["x-xero-signature"])
                self.send_response(status)
                if told.cookie:
                    self.send_header("Set-Cookie", "a=b")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=lambda: self._server.serve_forever(0.02), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks"

    def answer(self, body: bytes, signed: str) -> int:
        genuine = base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()
        if signed != genuine and not self.trusting:
            return 401
        if self.failures and json.loads(body)["events"]:
            self.failures -= 1
            return 500
        self.events += json.loads(body)["events"]
        return 200

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An app that listens."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def lantern(tmp_path: Path) -> Iterator[RunningSandbox]:
    """Paper Lantern's books."""
    file = tmp_path / "paper_lantern.json"
    file.write_text(json.dumps(paper_lantern.books()))
    running = start_sandbox(tmp_path / "home", books=[file], today="2026-11-05")
    yield running
    running.stop()


def ask(url: str, content: object = None) -> Any:
    """A JSON request: POST with content, else GET."""
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def save(sandbox: RunningSandbox, path: str, content: object) -> Any:
    """A write through the API."""
    form = b"grant_type=client_credentials"
    basic = base64.b64encode(b"SANDBOXCLIENT:sandbox-secret").decode()
    asked = urllib.request.Request(f"{sandbox.url}/xero/connect/token", form, {"Authorization": f"Basic {basic}"})
    token = json.loads(urllib.request.urlopen(asked, timeout=10).read())["access_token"]
    headers = {
        "Authorization": f"Bearer {token}",
        "xero-tenant-id": paper_lantern.ORGANISATION,
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    body = json.dumps(content).encode()
    request = urllib.request.Request(f"{sandbox.url}/xero/api.xro/2.0/{path}", body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def eventually(true: Callable[[], object]) -> None:
    """Waits a moment for it."""
    until = time.monotonic() + 5
    while not true():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def test_what_changed_is_told_with_its_kind_and_no_amounts(lantern: RunningSandbox, receiver: Receiver) -> None:
    hooks = f"{lantern.url}/control/webhooks"
    assert ask(hooks, {"url": receiver.url, "key": KEY}) == {"status": "ok"}
    assert receiver.events == []  # what stood in the books before is no event
    made = save(lantern, "Contacts", {"Name": "Ines"})["Contacts"][0]["ContactID"]
    eventually(lambda: receiver.events)
    save(lantern, "Contacts", {"ContactID": made, "EmailAddress": "ines@example.com"})
    eventually(lambda: len(receiver.events) == 2)
    assert [(each["eventCategory"], each["eventType"]) for each in receiver.events] == [
        ("CONTACT", "CREATE"),
        ("CONTACT", "UPDATE"),
    ]
    assert {each["resourceId"] for each in receiver.events} == {made}
    assert {each["tenantId"] for each in receiver.events} == {paper_lantern.ORGANISATION}
    assert set(receiver.events[0]) == {
        "resourceUrl", "resourceId", "eventDateUtc", "eventType", "eventCategory", "tenantId", "tenantType",
    }  # fmt: skip


def test_a_payment_tells_of_its_invoice_only(lantern: RunningSandbox, receiver: Receiver) -> None:
    ask(f"{lantern.url}/control/webhooks", {"url": receiver.url, "key": KEY})
    invoice = paper_lantern.document_id(1)
    paid = {"Invoice": {"InvoiceID": invoice}, "Account": {"Code": "090"}, "Date": "2026-11-04", "Amount": 100}
    save(lantern, "Payments", paid)
    eventually(lambda: receiver.events)
    time.sleep(0.15)
    assert [(each["eventCategory"], each["resourceId"]) for each in receiver.events] == [("INVOICE", invoice)]


def test_what_is_not_answered_is_sent_again(lantern: RunningSandbox, receiver: Receiver) -> None:
    ask(f"{lantern.url}/control/webhooks", {"url": receiver.url, "key": KEY})
    receiver.failures = 2
    save(lantern, "Contacts", {"Name": "Ines"})
    eventually(lambda: receiver.events)
    told = ask(f"{lantern.url}/control/webhooks")
    assert [each["status"] for each in told["deliveries"]][2:] == [500, 500, 200]
    assert told["waiting"] == 0


@pytest.mark.parametrize("fault", ["trusting", "cookie"])
def test_a_receiver_that_does_not_listen_as_xero_wants_gets_nothing(
    lantern: RunningSandbox, receiver: Receiver, fault: str
) -> None:
    setattr(receiver, fault, True)
    hooks = f"{lantern.url}/control/webhooks"
    assert ask(hooks, {"url": receiver.url, "key": KEY}) == {"status": "intent to receive failed"}
    save(lantern, "Contacts", {"Name": "Ines"})
    time.sleep(0.15)
    assert receiver.events == []


def test_a_delivery_can_be_repeated_as_xero_does_after_a_month(lantern: RunningSandbox, receiver: Receiver) -> None:
    hooks = f"{lantern.url}/control/webhooks"
    ask(hooks, {"url": receiver.url, "key": KEY})
    save(lantern, "Contacts", {"Name": "Ines"})
    eventually(lambda: receiver.events)
    assert ask(f"{hooks}/replay", {"events": receiver.events[:1]}) == {"status": 200}
    assert receiver.events[0] == receiver.events[1]
