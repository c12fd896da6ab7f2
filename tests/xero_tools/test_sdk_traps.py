"""Each trap of xero-python 15.2.0, shown first on the bare SDK and then with our guard against it."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from decimal import Decimal
from importlib.metadata import version
from typing import Any, ClassVar

import pytest
import urllib3
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient, Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi

from books.money import Money
from books.records import JournalLine
from tests.xero_tools.drawer import Drawer
from tests.xero_tools.scripted import ORGANISATION, Reply, ScriptedXero, reply
from xero_tools import invoices, transport
from xero_tools.gateway import OutcomeUnknown
from xero_tools.tokens import Tokens, TokenSet
from xero_tools.writes import manual_journal_body

DAY = dt.date(2026, 10, 31)


def bare_client() -> Any:
    """A client as the SDK's own readme makes one."""
    configuration = Configuration()
    configuration.oauth2_token = OAuth2Token(client_id="client", client_secret="secret")
    token = {"access_token": "t", "scope": [], "expires_in": 1800, "token_type": "Bearer"}
    return ApiClient(configuration, oauth2_token_getter=lambda: token, oauth2_token_saver=lambda _token: None)


class TestHiddenRetries:
    """The bare SDK repeats a PUT whose answer was lost: the books would be doubled."""

    def test_the_bare_sdk_sends_a_lost_put_four_times(self, xero: ScriptedXero) -> None:
        xero.script(Reply(drop=True))
        with pytest.raises(urllib3.exceptions.MaxRetryError):
            bare_client().call_api(f"{xero.url}/Invoices", "PUT", body={"a": 1}, auth_settings=["OAuth2"])
        assert len(xero.requests) == 4

    def test_the_gateway_sends_it_once(self, xero: ScriptedXero) -> None:
        gateway, _ = xero.gateway()
        xero.script(Reply(drop=True))
        with pytest.raises(OutcomeUnknown):
            gateway.write(ORGANISATION, "PUT", "Invoices", b"{}", idempotency_key="k")
        assert len(xero.requests) == 1

    def test_the_bare_sdk_burns_four_calls_on_a_limit(self, xero: ScriptedXero) -> None:
        xero.script(reply({}, 429, Retry_After="0"))
        with pytest.raises(Exception, match=r"429|Max retries"):
            bare_client().call_api(f"{xero.url}/Invoices", "GET", auth_settings=["OAuth2"])
        assert len(xero.requests) == 4

    def test_our_client_asks_once(self, xero: ScriptedXero) -> None:
        client = transport.new_client("client", "secret", lambda: "t")
        xero.script(reply({}, 429, Retry_After="9999"))
        answer = transport.get(client, f"{xero.url}/Invoices", [], {})
        assert (answer.status, answer.headers["Retry-After"], len(xero.requests)) == (429, "9999", 1)


class TestCrossedTokens:
    """The Configuration's keyword is a singleton: a second client would carry the first one's token."""

    def test_the_bare_sdk_ignores_the_second_token(self) -> None:
        Configuration.set_default(None)
        first, second = OAuth2Token(client_id="first"), OAuth2Token(client_id="second")
        try:
            Configuration(oauth2_token=first)
            assert Configuration(oauth2_token=second).oauth2_token is first
        finally:
            Configuration.set_default(None)

    def test_our_clients_keep_their_own(self) -> None:
        first = transport.new_client("first", "secret", lambda: "token of first")
        second = transport.new_client("second", "secret", lambda: "token of second")
        assert first.configuration.oauth2_token.client_id == "first"
        assert second.configuration.oauth2_token.client_id == "second"
        assert first.rest_client is not second.rest_client

    def test_no_call_carries_another_organisations_token(self, xero: ScriptedXero) -> None:
        names = [f"organisation-{number}" for number in range(4)]
        kept = {name: TokenSet(access_token=f"token-of-{name}", expires_at=9e12, refresh_token="r") for name in names}
        drawer = Drawer(**kept)
        gateway, _ = xero.gateway(keeper=drawer)
        threads = [threading.Thread(target=lambda n=name: [gateway.read(n, "Organisation") for _ in range(10)])
                   for name in names for _ in range(2)]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        pairs = Counter((seen.headers["xero-tenant-id"], seen.headers["authorization"]) for seen in xero.requests)
        assert pairs == {(name, f"Bearer token-of-{name}"): 20 for name in names}
        assert drawer.saved == [], "nothing was refreshed"


class TestTimeouts:
    """The bare SDK waits for ever: it has no default, ignores a float, and forgets its own token calls."""

    @pytest.fixture
    def waits(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        """The timeouts of every request that urllib3 is given."""
        seen: list[Any] = []
        real = urllib3.HTTPConnectionPool.urlopen

        def watched(pool: Any, method: str, url: str, *args: Any, **keywords: Any) -> Any:
            seen.append(keywords.get("timeout"))
            return real(pool, method, url, *args, **keywords)

        monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", watched)
        return seen

    @pytest.mark.parametrize("given", [None, 1.5])
    def test_the_bare_sdk_has_none(self, xero: ScriptedXero, waits: list[Any], given: float | None) -> None:
        bare_client().call_api(f"{xero.url}/x", "GET", auth_settings=["OAuth2"], _request_timeout=given)
        assert waits == [None]

    def test_the_bare_sdks_token_call_has_none(self, xero: ScriptedXero, waits: list[Any]) -> None:
        api = TokenApi(bare_client(), "client", "secret")
        api.client_credentials_token_url = f"{xero.url}/connect/token"
        api.get_client_credentials_token(False)
        assert waits == [None]

    def test_all_of_our_calls_have_one(self, xero: ScriptedXero, waits: list[Any]) -> None:
        gateway, _ = xero.gateway()
        gateway.read(ORGANISATION, "Organisation")
        gateway.write(ORGANISATION, "PUT", "Invoices", b"{}", idempotency_key="k")
        assert [(wait.connect_timeout, wait.read_timeout) for wait in waits] == [(10, 30)] * 3  # token, read, write


class TestUnknownWords:
    """A status that the SDK does not know costs it the whole page."""

    PAGE: ClassVar[dict[str, Any]] = {
        "Invoices": [
            {"InvoiceID": "1", "Type": "ACCREC", "Status": "AUTHORISED", "Date": "/Date(1793404800000+0000)/",
             "CurrencyCode": "AUD", "Total": 1.10, "AmountDue": 1.10},
            {"InvoiceID": "2", "Type": "ACCREC", "Status": "BRANDNEW", "Date": "/Date(1793404800000+0000)/",
             "CurrencyCode": "AUD", "Total": 2.20, "AmountDue": 2.20},
        ]
    }  # fmt: skip

    def test_the_bare_sdk_loses_the_page(self, xero: ScriptedXero) -> None:
        xero.script(reply(self.PAGE))
        with pytest.raises(ValueError):
            AccountingApi(bare_client(), base_url=xero.url).get_invoices(ORGANISATION)

    def test_our_reads_keep_the_word(self, xero: ScriptedXero) -> None:
        gateway, _ = xero.gateway()
        xero.script(reply(self.PAGE))
        found = invoices.summaries(ORGANISATION, gateway)
        assert [each.status for each in found] == ["AUTHORISED", "BRANDNEW"]


class TestTokenKeys:
    """A key that the identity server added breaks the bare SDK."""

    def test_the_bare_sdk_stumbles(self) -> None:
        with pytest.raises(TypeError):
            OAuth2Token().update_token(
                access_token="t", scope=[], expires_in=1, token_type="Bearer", authentication_event_id="new"
            )

    def test_our_tokens_take_what_they_need(self, xero: ScriptedXero) -> None:
        xero.token_answer = lambda _form: reply(
            {"access_token": "t", "expires_in": 1800, "token_type": "Bearer", "authentication_event_id": "new"}
        )
        assert Tokens(xero.settings()).access_token(ORGANISATION) == "t"


class TestFloats:
    """The SDK writes amounts as floats; an approval is about exact figures."""

    def test_the_bare_sdk_sends_a_float(self, xero: ScriptedXero) -> None:
        amount = Decimal("90071992547409.93")
        bare_client().call_api(f"{xero.url}/x", "PUT", body={"LineAmount": amount}, auth_settings=["OAuth2"])
        assert str(amount).encode() not in xero.requests[0].body

    def test_our_bytes_are_exact(self) -> None:
        amount = Money.of("90071992547409.93", "AUD")
        lines = [JournalLine(account_code="1", description="", amount=each) for each in (amount, -amount)]
        body = manual_journal_body(narration="n", date=DAY, lines=lines)
        assert b'"LineAmount":90071992547409.93,' in body
        assert b'"LineAmount":-90071992547409.93,' in body


def test_urllib3_is_one_that_the_sdk_works_with() -> None:
    """2.6.0 took `getheaders` away, which the SDK calls after every answer; 2.8 has it."""
    assert hasattr(urllib3.HTTPResponse, "getheaders")
    assert version("xero-python") == "15.2.0"
