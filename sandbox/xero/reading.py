"""GET of lists and single documents: filters, order, paging and what Xero leaves out of unpaged lists."""

import contextlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from email.utils import parsedate_to_datetime

from sandbox.xero.kinds import Kind
from sandbox.xero.refusals import BadRequestError, NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.store import EVER
from sandbox.xero.where import compile_order, compile_where, sort_rows
from sandbox.xero.wire import Json, is_guid, money, parse_date, stamp_ms, truthy

PAGE_SIZE, LARGEST_PAGE = 100, 1_000
KEPT_LISTS = 16
_LISTS = {"ids": None, "invoicenumbers": "InvoiceNumber", "contactids": "Contact.ContactID", "statuses": "Status"}


def read_one(session: Session, kind: Kind, reference: str, query: Mapping[str, str]) -> Json:
    """One document by id, or by number where Xero allows it; NotFoundError otherwise."""
    found = session.get(kind.name, reference)
    if found is None and kind.number_field and kind.name != "contacts" and not is_guid(reference):
        found = next(iter(session.store.numbered(session.identity, kind.name, reference)), None)
    if found is None:
        raise NotFoundError
    if kind.name == "budgets":
        return _budget_window(found, query)
    return with_balances(session, [found])[0] if kind.name == "contacts" else found


def read_list(
    session: Session, kind: Kind, query: Mapping[str, str], modified_since: str
) -> tuple[list[Json], Json | None]:
    """The rows and, for paged kinds asked by page, the pagination block."""
    asked = {name.lower(): value for name, value in query.items() if value != ""}
    paged = kind.paged and ("page" in asked or "pagesize" in asked)
    page, size = _whole(asked.get("page", "1"), "page"), _whole(asked.get("pagesize", str(PAGE_SIZE)), "pageSize")
    size = min(size, LARGEST_PAGE)
    tests = _tests(kind, asked)
    since = _since_ms(modified_since)
    if paged and not tests and since == EVER and "order" not in asked:
        total = session.store.count(session.identity, kind.name)
        rows = session.store.slice(session.identity, kind.name, limit=size, offset=(page - 1) * size)
        return _shown(session, kind, rows, asked, paged=True), pagination(page, size, total)
    if not paged:
        return _shown(session, kind, _matching(session, kind, asked, since), asked, paged=False), None
    found = _identities(session, kind, asked, since)
    window = session.store.several(session.identity, kind.name, found[(page - 1) * size : page * size])
    return _shown(session, kind, window, asked, paged=True), pagination(page, size, len(found))


def _matching(session: Session, kind: Kind, asked: Mapping[str, str], since: int) -> list[Json]:
    tests = _tests(kind, asked)
    rows = session.store.all(session.identity, kind.name, since_ms=since)
    rows = [row for row in rows if all(test(row) for test in tests)]
    return sort_rows(rows, compile_order(asked["order"])) if "order" in asked else rows


def _identities(session: Session, kind: Kind, asked: Mapping[str, str], since: int) -> list[str]:
    """The ids of what is asked for, kept while nothing is written: the next page need not read the whole list again."""
    store = session.store
    words = tuple(sorted((name, text) for name, text in asked.items() if name not in ("page", "pagesize")))
    key = (session.identity, kind.name, since, words)
    written, found = store.selections.get(key, (-1, []))
    if written != store.db.total_changes:
        found = [str(row[kind.id_field]).lower() for row in _matching(session, kind, asked, since)]
        while len(store.selections) >= KEPT_LISTS:
            store.selections.pop(next(iter(store.selections)))
        store.selections[key] = (store.db.total_changes, found)
    return found


def pagination(page: int, size: int, total: int) -> Json:
    """The pagination block of a paged list."""
    return {"page": page, "pageSize": size, "pageCount": -(-total // size), "itemCount": total}


def _whole(text: str, name: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise BadRequestError(f"The parameter {name} must be a whole number, not '{text}'") from None
    if value < 1:
        raise BadRequestError(f"The parameter {name} must be at least 1")
    return value


def _since_ms(text: str) -> int:
    """If-Modified-Since as ISO or HTTP date; nothing given means ever."""
    if not text:
        return EVER
    for read in (stamp_ms, _http_ms):
        with contextlib.suppress(ValueError):
            return read(text)
    raise BadRequestError(f"If-Modified-Since '{text}' is not a date")


def _http_ms(text: str) -> int:
    return int(parsedate_to_datetime(text).timestamp() * 1000)


def _tests(kind: Kind, asked: Mapping[str, str]) -> list[Callable[[Json], bool]]:
    tests: list[Callable[[Json], bool]] = []
    if "where" in asked:
        tests.append(compile_where(asked["where"]))
    for name, field in _LISTS.items():
        if name in asked:
            tests.append(_one_of(field or kind.id_field, asked[name]))
    if kind.name == "contacts" and not truthy(asked.get("includearchived", "")):
        tests.append(lambda row: row.get("ContactStatus") != "ARCHIVED")
    if "searchterm" in asked:
        term = asked["searchterm"].lower()
        tests.append(lambda row: term in _searchable(row))
    if "invoicenumber" in asked:
        tests.append(_one_of("InvoiceNumber", asked["invoicenumber"]))
    return tests


def _searchable(row: Json) -> str:
    contact = row.get("Contact") or {}
    fields = ("Name", "InvoiceNumber", "Reference", "EmailAddress", "FirstName", "LastName", "AccountNumber")
    return " ".join([str(row.get(field) or "") for field in fields] + [str(contact.get("Name") or "")]).lower()


def _one_of(path: str, text: str) -> Callable[[Json], bool]:
    wanted = {part.strip().strip("\"'").lower() for part in text.split(",")}
    first, _, second = path.partition(".")

    def test(row: Json) -> bool:
        value = row.get(first)
        if second:
            value = (value or {}).get(second)
        return str(value).lower() in wanted

    return test


def _shown(session: Session, kind: Kind, rows: list[Json], asked: Mapping[str, str], *, paged: bool) -> list[Json]:
    """Rows as a list shows them: unpaged and summary lists carry no lines, unpaged contacts no details."""
    if kind.name == "budgets":  # a list of budgets never carries their lines
        return [{key: value for key, value in row.items() if key != "BudgetLines"} for row in rows]
    brief = truthy(asked.get("summaryonly", "")) and kind.name in ("invoices", "contacts")
    if kind.lines and (brief or not paged):
        for row in rows:
            row[kind.lines] = []
    if kind.name == "invoices" and brief:
        for row in rows:
            row["Payments"] = []
    if kind.name == "contacts" and paged and not brief:
        return with_balances(session, rows)
    return rows


def with_balances(session: Session, contacts: list[Json]) -> list[Json]:
    """Contacts with what they owe and are owed (Balances), summed over their approved invoices."""
    wanted = {row["ContactID"]: row for row in contacts}
    if len(contacts) == 1:
        invoices = session.store.mentioning(session.identity, "invoices", contacts[0]["ContactID"])
    else:
        invoices = session.store.all(session.identity, "invoices")
    for invoice in invoices:
        contact = wanted.get((invoice.get("Contact") or {}).get("ContactID"))
        if contact is None or invoice.get("Status") != "AUTHORISED":
            continue
        side = "AccountsReceivable" if invoice["Type"] == "ACCREC" else "AccountsPayable"
        balances = contact.setdefault("Balances", {})
        totals = balances.setdefault(side, {"Outstanding": Decimal("0.00"), "Overdue": Decimal("0.00")})
        due = money(invoice["AmountDue"])
        totals["Outstanding"] += due
        if invoice.get("DueDate") and parse_date(invoice["DueDate"]) < session.today:
            totals["Overdue"] += due
    return contacts


def _budget_window(budget: Json, query: Mapping[str, str]) -> Json:
    """A budget's lines between DateFrom and DateTo; every month of it when neither is given."""
    asked = {name.lower(): value for name, value in query.items() if value}
    try:
        first = parse_date(asked["datefrom"]).isoformat()[:7] if "datefrom" in asked else ""
        last = parse_date(asked["dateto"]).isoformat()[:7] if "dateto" in asked else "9999-12"
    except ValueError as error:
        raise BadRequestError(f"DateFrom and DateTo must be dates: {error}") from None
    for line in budget.get("BudgetLines") or []:
        line["BudgetBalances"] = [one for one in line["BudgetBalances"] if first <= str(one["Period"])[:7] <= last]
    return budget
