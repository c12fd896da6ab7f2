"""The currencies of an organisation: its own and its bank accounts'; they never change, so they are asked for once."""

from __future__ import annotations

from dataclasses import dataclass

from xero_tools import translate
from xero_tools.gateway import Gateway
from xero_tools.one import only


@dataclass(frozen=True)
class Currencies:
    """The base currency, and the currency of each bank account by its id."""

    base: str
    by_bank_account: dict[str, str]

    def of_bank_account(self, account_id: str) -> str:
        """A bank account's currency; the base currency when Xero names none."""
        return self.by_bank_account.get(account_id, self.base)


def remember_base(organisation: str, gateway: Gateway, currency: str) -> None:
    """Keeps the base currency that another read has brought along, and so saves a call."""
    gateway.constants[(organisation, "base currency")] = currency


def remember_accounts(organisation: str, gateway: Gateway, known: dict[str, str]) -> None:
    """Keeps the currencies of all accounts (empty: the base currency), which another read has brought along."""
    if known:
        gateway.constants[(organisation, "bank currencies")] = known


def base(organisation: str, gateway: Gateway, *, interactive: bool = True) -> str:
    """The organisation's base currency."""
    key = (organisation, "base currency")
    if key not in gateway.constants:
        answer = translate.envelope(gateway.read(organisation, "Organisation", interactive=interactive))
        remember_base(organisation, gateway, only(answer.Organisations).BaseCurrency or "")
    return str(gateway.constants[key])


def every(organisation: str, gateway: Gateway, *, bank_accounts: set[str], interactive: bool = True) -> Currencies:
    """The currencies, with those of `bank_accounts` among them (asked for again when one is new)."""
    key = (organisation, "bank currencies")
    known: dict[str, str] = gateway.constants.get(key, {})
    if not bank_accounts <= known.keys():
        content = gateway.read(organisation, "Accounts", {"where": 'Type=="BANK"'}, interactive=interactive)
        rows = translate.envelope(content).Accounts or []
        own = base(organisation, gateway, interactive=interactive)
        known = dict.fromkeys(bank_accounts, own) | {
            row.AccountID: row.CurrencyCode or own for row in rows if row.AccountID
        }
        gateway.constants[key] = known
    own = base(organisation, gateway, interactive=interactive)
    return Currencies(own, {account: code or own for account, code in known.items()})


def codes(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[str, ...]:
    """The currencies that the organisation deals in, by their ISO 4217 codes."""
    rows = translate.envelope(gateway.read(organisation, "Currencies", interactive=interactive)).Currencies
    return tuple(row.Code for row in rows or () if row.Code)
