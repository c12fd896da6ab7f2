"""Deep links: the exact page in Xero that a person should open, in the right organisation."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from books.records import Organisation

REAL_GO = "https://go.xero.com"
_REAL_REPORTING = "https://reporting.xero.com"
_ACCOUNT_TRANSACTIONS = {"US": 1109, "GB": 1209}  # Xero's number of the report; 1009 everywhere else


@dataclass(frozen=True)
class Links:
    """Builds links below `go_url` (`https://go.xero.com`, or the sandbox's `/go`).

    Every link goes through Xero's organisation login with the short code, so that it opens in the right client's books
    whichever one the person looked at last. Paths: docs/decisions/0003-deep-links.md.
    """

    go_url: str = REAL_GO

    def _page(self, organisation: Organisation, path: str) -> str:
        code = quote(organisation.short_code, safe="!")
        target = quote(path, safe="/")
        return f"{self.go_url.rstrip('/')}/organisationlogin/default.aspx?shortcode={code}&redirecturl={target}"

    def _reports(self, organisation: Organisation, path: str, *, sandbox: str) -> str:
        """A page of Xero's reporting site, which is a host of its own; the sandbox has a page of its own for it."""
        if self.go_url.rstrip("/") != REAL_GO:
            return self._page(organisation, sandbox)
        return f"{_REAL_REPORTING}/{quote(organisation.short_code, safe='!')}{path}"

    def invoice(self, organisation: Organisation, invoice_id: str, kind: str = "ACCREC") -> str:
        """A sales invoice (ACCREC) or a bill (ACCPAY)."""
        page = "/AccountsPayable/Edit.aspx" if kind == "ACCPAY" else "/AccountsReceivable/View.aspx"
        return self._page(organisation, f"{page}?InvoiceID={invoice_id}")

    def credit_note(self, organisation: Organisation, credit_note_id: str, kind: str = "ACCRECCREDIT") -> str:
        """A customer's (ACCRECCREDIT) or a supplier's (ACCPAYCREDIT) credit note."""
        side = "AccountsPayable" if kind == "ACCPAYCREDIT" else "AccountsReceivable"
        return self._page(organisation, f"/{side}/ViewCreditNote.aspx?creditNoteID={credit_note_id}")

    def quote(self, organisation: Organisation, quote_id: str) -> str:
        """An offer to a customer."""
        code = quote(organisation.short_code, safe="!")
        return f"{self.go_url.rstrip('/')}/app/{code}/quotes/view/{quote_id}"

    def bank_account(self, organisation: Organisation, account_id: str) -> str:
        """The ledger's transactions of a bank account."""
        return self._page(organisation, f"/Bank/BankTransactions.aspx?accountID={account_id}")

    def reconcile(self, organisation: Organisation, account_id: str) -> str:
        """The page where a person clicks OK on the statement lines of a bank account."""
        return self._page(organisation, f"/Bank/BankRec.aspx?accountID={account_id}")

    def bank_transaction(self, organisation: Organisation, bank_transaction_id: str) -> str:
        """A spend-money or receive-money transaction, or a payment."""
        return self._page(organisation, f"/Bank/ViewTransaction.aspx?bankTransactionID={bank_transaction_id}")

    def journal(self, organisation: Organisation, journal_id: str) -> str:
        """A manual journal (Xero's page calls its id invoiceID)."""
        return self._page(organisation, f"/Journal/View.aspx?invoiceID={journal_id}")

    def ledger_account(self, organisation: Organisation, account_id: str) -> str:
        """The Account Transactions report; the person picks the account there: Xero documents no link to one."""
        number = _ACCOUNT_TRANSACTIONS.get(organisation.country, 1009)
        sandbox = f"/Reports/AccountTransactions.aspx?accountID={account_id}"
        return self._reports(organisation, f"/v1/Run/{number}", sandbox=sandbox)

    def chart(self, organisation: Organisation) -> str:
        """The chart of accounts."""
        return self._page(organisation, "/GeneralLedger/ChartOfAccounts.aspx")

    def lock_dates(self, organisation: Organisation) -> str:
        """Financial settings, where an adviser sets the lock dates."""
        return self._page(organisation, "/Setup/FinancialSettings.aspx")

    def budget_import(self, organisation: Organisation, budget_id: str) -> str:
        """The list of reports, where the budget manager is; Xero publishes no link to its import."""
        query = f"?budgetID={budget_id}" if budget_id else ""
        return self._reports(organisation, "", sandbox=f"/Budgets/Import.aspx{query}")

    def trial_balance(self, organisation: Organisation) -> str:
        """The list of reports, where the trial balance is; Xero publishes no number for that report."""
        return self._reports(organisation, "", sandbox="/GeneralLedger/ChartOfAccounts.aspx")

    def contact(self, organisation: Organisation, contact_id: str) -> str:
        """A customer or supplier."""
        return self._page(organisation, f"/Contacts/View/{contact_id}")
