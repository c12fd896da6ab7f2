"""Tokens, connections, limits, Idempotency-Key and rehearsed faults, over plain HTTP."""

import base64
import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.xero.paper_lantern import ORGANISATION
from tests.sandbox.xero.test_manual_journals import journal
from tests.support.sandbox_server import RunningSandbox
from tests.support.xero_wire import Answer, Wire, new_token, send

GOOD = journal(("400", "5.00"), ("620", "-5.00"))


def control(sandbox: RunningSandbox, method: str, path: str, body: Any = None) -> Answer:
    """A control request."""
    raw = None if body is None else json.dumps(body).encode()
    return send(f"{sandbox.url}/control/{path}", method, headers={"Content-Type": "application/json"}, body=raw)


def test_tokens_by_form_or_basic(sandbox: RunningSandbox) -> None:
    made = new_token(sandbox.url).json
    assert (made["expires_in"], made["token_type"], made["access_token"].count(".")) == (1800, "Bearer", 2)
    pair = base64.b64encode(b"SANDBOXCLIENT:sandbox-secret").decode()
    answer = send(
        f"{sandbox.url}/xero/connect/token",
        "POST",
        headers={"Authorization": f"Basic {pair}"},
        body=b"grant_type=client_credentials",
    )
    assert answer.status == 200
    assert "refresh_token" not in answer.json


def test_a_wrong_secret_grant_or_refresh_token_is_refused_as_xero_does(sandbox: RunningSandbox) -> None:
    assert new_token(sandbox.url, client_secret="no").json == {"error": "invalid_client"}
    assert new_token(sandbox.url, client_secret="no").status == 400
    assert new_token(sandbox.url, grant_type="password").json == {"error": "unsupported_grant_type"}
    assert new_token(sandbox.url, grant_type="refresh_token", refresh_token="x.y.z").json == {"error": "invalid_grant"}


@pytest.mark.parametrize("path", ["Connections", "connections", "CONNECTIONS"])
def test_connections_list_the_organisations_whatever_the_case(sandbox: RunningSandbox, xero: Wire, path: str) -> None:
    answer = send(f"{sandbox.url}/xero/{path}", "GET", headers={"Authorization": f"Bearer {xero.token}"})
    assert [(row["tenantId"], row["tenantName"]) for row in answer.json] == [(ORGANISATION, "Paper Lantern Ltd")]


def test_no_token_is_401_and_another_organisation_403(sandbox: RunningSandbox, xero: Wire) -> None:
    assert Wire(sandbox.url, ORGANISATION, token="a.b.c").get("Organisation").status == 401
    answer = Wire(sandbox.url, "11111111-0000-4000-8000-00000000dead", token=xero.token).get("Organisation")
    assert answer.status == 403
    assert (answer.json["Title"], answer.json["Detail"]) == ("Forbidden", "AuthenticationUnsuccessful")


def test_paths_are_read_without_case_and_unknown_ones_are_404_in_words(xero: Wire) -> None:
    assert xero.get("invoices").status == xero.get("INVOICES").status == 200
    assert xero.get("Invoices/not-there").text == "The resource you're looking for cannot be found"
    assert xero.get("Bills").status == 404
    assert xero.post("Journals", {}).status == 404
    assert xero.call("PUT", "BankTransactions/123", {"IsReconciled": True}).status == 405
    assert xero.post("Budgets", {"Type": "OVERALL"}).status == 405


def test_a_body_that_is_no_json_is_refused(xero: Wire) -> None:
    answer = xero.put("Invoices", b"{nonsense")
    assert (answer.status, answer.json["Type"]) == (400, "PostDataInvalidException")


# Idempotency-Key -----------------------------------------------------------------------------------------------


def test_the_same_key_and_request_gets_the_stored_answer(xero: Wire) -> None:
    first = xero.put("ManualJournals", GOOD, key="k1")
    again = xero.put("ManualJournals", GOOD, key="k1")
    assert first.body == again.body
    assert len(xero.rows("ManualJournals")) == 3


def test_the_same_key_with_another_request_is_refused(xero: Wire) -> None:
    xero.put("ManualJournals", GOOD, key="k1")
    answer = xero.put("ManualJournals", GOOD | {"Narration": "Another"}, key="k1")
    assert answer.status == 400
    assert "is used with a different request" in answer.json["Message"]


def test_errors_are_stored_too_and_a_key_lives_six_minutes(sandbox: RunningSandbox, xero: Wire) -> None:
    bad = journal(("400", "5"), ("620", "-4"))
    assert xero.put("ManualJournals", bad, key="k").body == xero.put("ManualJournals", bad, key="k").body
    later = time.time_ns() // 1_000_000 + 6 * 60 * 1000 + 1
    sandbox.simulator.replays.clock_ms = lambda: later
    assert xero.put("ManualJournals", GOOD, key="k").status == 200
    assert xero.put("ManualJournals", GOOD, key="x" * 129).status == 400


def test_a_concurrent_repeat_waits_for_the_first(sandbox: RunningSandbox, xero: Wire) -> None:
    control(sandbox, "POST", "faults", {"kind": "latency", "seconds": 0.15, "endpoint": "ManualJournals"})
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: xero.put("ManualJournals", GOOD, key="same"), range(4)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len(xero.rows("ManualJournals")) == 3


def test_answers_are_kept_in_the_file(sandbox: RunningSandbox, xero: Wire) -> None:
    first = xero.put("ManualJournals", GOOD, key="k")
    assert sandbox.simulator.replays.store.db.execute("SELECT count(*) FROM replays").fetchone() == (1,)
    assert xero.put("ManualJournals", GOOD, key="k").body == first.body


# limits --------------------------------------------------------------------------------------------------------


def test_sixty_calls_a_minute_then_429_until_the_next(sandbox: RunningSandbox, xero: Wire) -> None:
    pace = sandbox.simulator.pace
    pace.unlimited, pace.clock = False, lambda: 1_000_020.0
    first = xero.get("Organisation")
    assert first.headers["x-minlimit-remaining"] == "59"
    assert first.headers["x-daylimit-remaining"] == "4999"
    assert first.headers["x-appminlimit-remaining"] == "9999"
    for _ in range(59):
        assert xero.get("Organisation").status == 200
    refused = xero.get("Organisation")
    assert (refused.status, refused.headers["x-rate-limit-problem"]) == (429, "minute")
    assert int(refused.headers["retry-after"]) == 61
    pace.clock = lambda: 1_000_081.0
    assert xero.get("Organisation").status == 200


def test_a_sixth_call_in_flight_is_refused(sandbox: RunningSandbox, xero: Wire) -> None:
    sandbox.simulator.pace.unlimited = False
    control(sandbox, "POST", "faults", {"kind": "latency", "seconds": 0.2, "times": 6})
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: xero.get("Organisation"), range(6)))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [429]
    assert next(a for a in answers if a.status == 429).headers["x-rate-limit-problem"] == "concurrent"


def test_the_daily_limit_names_the_day(sandbox: RunningSandbox, xero: Wire) -> None:
    sandbox.simulator.pace.unlimited = False
    xero.get("Organisation")
    sandbox.simulator.pace.days[ORGANISATION].calls = 5_000
    refused = xero.get("Organisation")
    assert (refused.status, refused.headers["x-rate-limit-problem"]) == (429, "day")
    assert int(refused.headers["retry-after"]) <= 86_400


# faults and the other control requests -------------------------------------------------------------------------


def test_a_dropped_answer_leaves_the_write_done_and_a_dropped_request_not(sandbox: RunningSandbox, xero: Wire) -> None:
    for kind, journals in (("drop_before", 2), ("drop_after", 3)):
        control(sandbox, "POST", "faults", {"kind": kind, "endpoint": "manualjournals", "method": "PUT"})
        with pytest.raises((ConnectionError, http.client.HTTPException, OSError)):
            xero.put("ManualJournals", GOOD, key=kind)
        assert len(xero.rows("ManualJournals")) == journals
    assert xero.put("ManualJournals", GOOD, key="drop_after").status == 200
    assert len(xero.rows("ManualJournals")) == 3


def test_statuses_expired_tokens_and_downtime_strike_as_often_as_asked(sandbox: RunningSandbox, xero: Wire) -> None:
    control(sandbox, "POST", "faults", {"kind": "status", "status": 429})
    control(sandbox, "POST", "faults", {"kind": "status", "status": 503, "times": 1})
    control(sandbox, "POST", "faults", {"kind": "expired_token"})
    assert [xero.get("Organisation").status for _ in range(4)] == [401, 429, 503, 200]
    control(sandbox, "POST", "faults", {"kind": "down"})
    assert [xero.get("Organisation").status for _ in range(2)] == [503, 503]
    assert control(sandbox, "DELETE", "faults").status == 200
    assert xero.get("Organisation").status == 200
    assert control(sandbox, "POST", "faults", {"kind": "sulks"}).status == 400


def test_the_log_counts_writes_and_the_ledger_can_be_looked_into(sandbox: RunningSandbox, xero: Wire) -> None:
    made = xero.put("ManualJournals", GOOD, key="k").json["ManualJournals"][0]
    log = control(sandbox, "GET", "log?method=PUT&path=manualjournals").json
    assert [(row["status"], row["idempotency_key"], row["organisation"]) for row in log] == [(200, "k", ORGANISATION)]
    path = f"postings?organisation={ORGANISATION}&source={made['ManualJournalID']}"
    assert [row["cents"] for row in control(sandbox, "GET", path).json] == [500, -500]


def test_health_and_a_movable_business_date(sandbox: RunningSandbox, xero: Wire) -> None:
    health = control(sandbox, "GET", "health").json
    assert (health["ok"], health["today"], health["organisations"][0]["name"]) == (
        True,
        "2026-11-05",
        "Paper Lantern Ltd",
    )
    assert control(sandbox, "POST", "today", {"today": "2026-12-01"}).json == {"today": "2026-12-01"}
    report = xero.get("Reports/TrialBalance").json["Reports"][0]
    assert report["ReportTitles"][2] == "As at 1 December 2026"
    assert control(sandbox, "POST", "today", {"today": "soon"}).status == 400


def test_many_threads_write_and_the_books_still_balance(sandbox: RunningSandbox, xero: Wire) -> None:
    failures: list[int] = []

    def post(place: int) -> None:
        answer = xero.put("ManualJournals", journal(("400", f"{place}.01"), ("620", f"-{place}.01")), key=f"p{place}")
        if answer.status != 200:
            failures.append(answer.status)

    threads = [threading.Thread(target=post, args=(place,)) for place in range(1, 21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    total = xero.get("Reports/TrialBalance", date="2026-10-31").json["Reports"][0]["Rows"][-1]["Rows"][0]["Cells"]
    assert total[3]["Value"] == total[4]["Value"]
