"""What the browser pages share: their parameters, and where an account is shown."""

from collections.abc import Callable, Mapping

from sandbox.xero.markup import Markup
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json

Asked = Mapping[str, str]
Page = Callable[[Session, Asked], Markup]
MOST_ROWS = 500


def account_address(session: Session, account: Json) -> str:
    """Where an account's postings are shown; a bank account has its own page."""
    name = "Bank/BankTransactions" if account.get("Type") == "BANK" else "Reports/AccountTransactions"
    return f"/go/{session.organisation['ShortCode']}/{name}.aspx?accountID={account.get('AccountID')}"
