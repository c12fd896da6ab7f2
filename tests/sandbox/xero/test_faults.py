"""Every dial of the rehearsed faults, over raw HTTP: what the caller sees, and what stands in the books afterwards."""

from __future__ import annotations

import base64
import http.client
import json
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.xero.faults import KINDS, LIMITS
from tests.sandbox.xero.paper_lantern import ORGANISATION
from tests.support.sandbox_server import RunningSandbox
from tests.support.xero_wire import Answer, Wire, new_token, send

GOOD = {"Narration": "Insurance", "Status": "POSTED", "JournalLines": [
    {"LineAmount": 5, "AccountCode": "400"}, {"LineAmount": -5, "AccountCode": "620"}]}  # fmt: skip
SOMEBODY_ELSE = "99999999-0000-4000-8000-000000000009"


def fault(sandbox: RunningSandbox, kind: str, **more: Any) -> Any:
    """Turns a dial."""
    body = json.dumps({"kind": kind, **more}).encode()
    answer = send(f"{sandbox.url}/control/faults", "POST", headers={"Content-Type": "application/json"}, body=body)
    assert answer.status == 200, answer.text
    return answer.json


def mended(sandbox: RunningSandbox) -> None:
    """All dials back."""
    assert send(f"{sandbox.url}/control/faults", "DELETE").status == 200


def journals(xero: Wire) -> int:
    """How many journals stand in the books."""
    return len(xero.rows("ManualJournals"))


def raw(xero: Wire, method: str, path: str, body: Any = None) -> http.client.HTTPResponse:
    """One request by hand; the answer's body is not read yet."""
    connection = http.client.HTTPConnection(urlsplit(xero.base).netloc, timeout=10)
    headers = {"Authorization": f"Bearer {xero.token}", "Xero-Tenant-Id": xero.organisation}
    connection.request(method, f"/xero/api.xro/2.0/{path}", json.dumps(body) if body else None, headers)
    return connection.getresponse()


def connected(xero: Wire) -> list[str]:
    """The organisations in the list of connections."""
    answer = send(f"{xero.base}/xero/connections", "GET", headers={"Authorization": f"Bearer {xero.token}"})
    return [row["tenantId"] for row in answer.json]


def test_latency_delays_the_answer(sandbox: RunningSandbox, xero: Wire) -> None:
    fault(sandbox, "latency", seconds=0.1)
    began = time.monotonic()
    assert xero.get("Organisation").status == 200
    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_breaks_before_or_after_the_work(
    sandbox: RunningSandbox, xero: Wire, kind: str, made: int
) -> None:
    before = journals(xero)
    fault(sandbox, kind, method="PUT", endpoint="manualjournals")
    with pytest.raises((ConnectionError, http.client.HTTPException, OSError)):
        xero.put("ManualJournals", GOOD)
    assert journals(xero) == before + made


def test_half_a_body_breaks_off_after_the_work_under_the_right_length(sandbox: RunningSandbox, xero: Wire) -> None:
    before = journals(xero)
    fault(sandbox, "half_body", method="PUT", endpoint="ManualJournals")
    answer = raw(xero, "PUT", "ManualJournals", GOOD)
    promised = int(answer.headers["Content-Length"])
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    assert answer.status == 200
    assert 0 < len(cut.value.partial) == promised // 2
    assert cut.value.partial.startswith(b'{"Id"')
    assert journals(xero) == before + 1
    assert xero.get("Organisation").status == 200


def test_a_slow_body_comes_whole_in_small_pieces(sandbox: RunningSandbox, xero: Wire) -> None:
    whole = len(xero.get("ManualJournals").body)
    fault(sandbox, "slow_body", seconds=0.4, endpoint="ManualJournals")
    began = time.monotonic()
    answer = raw(xero, "GET", "ManualJournals")
    headers_after = time.monotonic() - began
    first = answer.read1(100_000)
    assert len(first) < whole
    assert len(first) + len(answer.read()) == whole
    assert time.monotonic() - began >= 0.4 > headers_after


def test_a_status_is_answered_and_nothing_is_written(sandbox: RunningSandbox, xero: Wire) -> None:
    before = journals(xero)
    for status in (500, 502, 503, 504):
        fault(sandbox, "status", status=status, method="PUT")
        assert xero.put("ManualJournals", GOOD).status == status
    assert journals(xero) == before


@pytest.mark.parametrize("limit", LIMITS)
def test_each_limit_says_which_it_is_and_how_long_to_wait(sandbox: RunningSandbox, xero: Wire, limit: str) -> None:
    sandbox.simulator.pace.unlimited = False
    before = journals(xero)
    fault(sandbox, "too_many", limit=limit, seconds=17, method="PUT")
    refused = xero.put("ManualJournals", GOOD)
    header = LIMITS[limit][0].lower()
    assert (refused.status, refused.headers["x-rate-limit-problem"], refused.headers["retry-after"]) == (
        429,
        limit,
        "17",
    )
    assert not header or refused.headers[header] == "0"
    assert journals(xero) == before


def test_an_expired_token_is_refused_once(sandbox: RunningSandbox, xero: Wire) -> None:
    fault(sandbox, "expired_token")
    assert [xero.get("Organisation").status for _ in range(2)] == [401, 200]


def test_a_revoked_connection_is_refused_and_gone_from_the_list_until_it_stands_again(
    sandbox: RunningSandbox, xero: Wire
) -> None:
    fault(sandbox, "revoked", organisation=ORGANISATION)
    for _ in range(2):
        refused = xero.put("ManualJournals", GOOD)
        assert (refused.status, refused.json["Title"], refused.json["Detail"]) == (
            403,
            "Forbidden",
            "AuthenticationUnsuccessful",
        )
    assert connected(xero) == []
    mended(sandbox)
    assert connected(xero) == [ORGANISATION]
    assert xero.get("Organisation").status == 200


def test_a_skewed_clock_dates_everything_that_xero_says(sandbox: RunningSandbox, xero: Wire) -> None:
    """The Date header, DateTimeUTC, UpdatedDateUTC, tokens and keys go by one clock."""
    fault(sandbox, "clock_skew", seconds=3_600)
    fault(sandbox, "clock_skew", seconds=-600)
    expected = time.time() + 3_000
    answer = Wire(sandbox.url, ORGANISATION).put("ManualJournals", GOOD, key="skewed")
    said = parsedate_to_datetime(answer.headers["date"]).timestamp()
    told = [answer.json["DateTimeUTC"], answer.json["ManualJournals"][0]["UpdatedDateUTC"]]
    assert all(abs(moment - expected) < 10 for moment in (said, *(int(each[6:19]) / 1000 for each in told)))
    assert xero.get("Organisation").status == 401  # its half hour is over
    token = str(new_token(sandbox.url).json["access_token"])
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert abs(claims["exp"] - 1_800 - expected) < 10
    mended(sandbox)
    fault(sandbox, "clock_skew", seconds=3_000 + 360)
    ahead = Wire(sandbox.url, ORGANISATION)
    before = journals(ahead)
    ahead.put("ManualJournals", GOOD, key="skewed")
    assert journals(ahead) == before + 1  # six minutes later by its clock, the key is forgotten


def test_xero_is_down_until_it_is_not(sandbox: RunningSandbox, xero: Wire) -> None:
    fault(sandbox, "down")
    assert [xero.get(path).status for path in ("Organisation", "Invoices")] == [503, 503]
    mended(sandbox)
    assert xero.get("Organisation").status == 200


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "clock_skew"])
def test_every_dial_keeps_to_its_organisation_endpoint_and_method(
    sandbox: RunningSandbox, xero: Wire, kind: str
) -> None:
    for aim in ({"organisation": SOMEBODY_ELSE}, {"endpoint": "Quotes"}, {"method": "DELETE"}):
        fault(sandbox, kind, seconds=30, **aim)
        assert xero.put("ManualJournals", GOOD).status == 200
    mended(sandbox)


def test_the_identity_server_is_struck_only_by_name(sandbox: RunningSandbox) -> None:
    fault(sandbox, "status", status=503)
    assert new_token(sandbox.url).status == 200
    fault(sandbox, "status", status=503, endpoint="connect/token")
    assert [new_token(sandbox.url).status for _ in range(2)] == [503, 200]
    fault(sandbox, "drop_after", endpoint="connect/token")
    with pytest.raises((ConnectionError, http.client.HTTPException, OSError)):
        new_token(sandbox.url)


def test_the_log_tells_what_was_done_and_what_was_only_said_again(sandbox: RunningSandbox, xero: Wire) -> None:
    fault(sandbox, "drop_after", method="PUT")
    with pytest.raises((ConnectionError, http.client.HTTPException, OSError)):
        xero.put("ManualJournals", GOOD, key="k")
    xero.put("ManualJournals", GOOD, key="k")
    xero.put("ManualJournals", {**GOOD, "Narration": ""}, key="l")
    fault(sandbox, "status", status=503)
    xero.put("ManualJournals", GOOD, key="m")
    rows = send(f"{sandbox.url}/control/log?method=PUT", "GET").json
    assert [(row["status"], row["work"]) for row in rows] == [
        (0, "done"), (200, "repeated"), (400, "refused"), (503, "none"),
    ]  # fmt: skip


def test_a_wrong_dial_is_refused_in_words(sandbox: RunningSandbox) -> None:
    for wrong in ({"kind": "sulks"}, {"kind": "latency", "hours": 1}, {"kind": "too_many", "limit": "week"}):
        answer: Answer = send(
            f"{sandbox.url}/control/faults", "POST", headers={"Content-Type": "application/json"},
            body=json.dumps(wrong).encode(),
        )  # fmt: skip
        assert answer.status == 400
        assert answer.json["error"].endswith(".")


def test_every_dial_and_limit_stands_in_the_docs() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "sandbox.md").read_text()
    assert [name for name in (*KINDS, *LIMITS) if f"`{name}`" not in page] == []
