"""Reads one organisation's books (Xero-shaped collections) into the ledger: all of them, or none."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

from sandbox.xero import complete, ledger
from sandbox.xero.bank_feed import statement_line
from sandbox.xero.chart import Chart, in_base_currency
from sandbox.xero.setting_up import (
    BooksRefusedError,
    complete_accounts,
    complete_contacts,
    complete_organisation,
    complete_tracking,
    default_users,
    resolve_tracking,
)
from sandbox.xero.shape import with_numbers, with_xero_dates
from sandbox.xero.store import Posting, Store
from sandbox.xero.tax_rates import report_type, standard_rates
from sandbox.xero.transfers import complete_sides, refuse_lone_sides
from sandbox.xero.wire import Json, money, ms_date, ms_stamp, number, parse_date, stamp_ms, steady_id

Rows = list[tuple[str, str | None, int, Json]]

# Collections the sandbox shows as they were loaded; nothing writes to them.
READ_ONLY = {
    "Quotes": "QuoteID", "PurchaseOrders": "PurchaseOrderID", "RepeatingInvoices": "RepeatingInvoiceID",
    "Prepayments": "PrepaymentID", "Overpayments": "OverpaymentID", "BatchPayments": "BatchPaymentID",
    "Items": "ItemID", "Currencies": "Code", "ContactGroups": "ContactGroupID", "BrandingThemes": "BrandingThemeID",
    "PayRuns": "PayRunID", "Projects": "projectId", "TimeEntries": "timeEntryId", "Files": "Id",
    "InvoiceReminders": "ReminderID",
}  # fmt: skip


def load_books(store: Store, books: Json, *, source: str, digest: str, now_ms: int) -> str:
    """Load one organisation in one transaction, replacing an earlier load of it; returns its OrganisationID.

    Raises BooksRefusedError, with a sentence and a next step, when the books cannot be true.
    """
    if not isinstance(books, dict) or not isinstance(books.get("Organisation"), dict):
        raise BooksRefusedError('There is no "Organisation" object in the file.', "See the layout in docs/sandbox.md.")
    loading = _Loading(store, books, now_ms)
    try:
        with store.transaction():
            store.forget(loading.organisation)
            store.add_organisation(loading.body, source=source, digest=digest)
            loading.run()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        place = loading.where or "the file"
        problem = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise BooksRefusedError(f"{place} cannot be read: {problem}.", "Correct it and load the file again.") from error
    return loading.organisation


class _Loading:
    """The state of one load: the chart, the documents by id and the place being read (for refusals)."""

    def __init__(self, store: Store, books: Json, now_ms: int) -> None:
        self.store, self.books, self.now_ms = store, books, now_ms
        self.body = complete_organisation(books["Organisation"])
        self.organisation = str(self.body["OrganisationID"]).lower()
        self.where = ""
        self.seen: set[tuple[str, str]] = set()
        self.postings: list[Posting] = []
        self.numbered: dict[str, dict[str, list[Json]]] = {}
        self.attached = {str(row.get("id", "")).lower() for row in books.get("Attachments") or []}
        accounts = complete_accounts(books.get("Accounts"), self.body)
        rates = books.get("TaxRates") or standard_rates(str(self.body["CountryCode"]))
        self.chart = Chart(self.body, accounts, with_numbers(rates))
        self.contacts = complete_contacts(books, self.organisation)
        self.tracking = complete_tracking(books.get("TrackingCategories") or [], self.organisation)

    def run(self) -> None:
        """Read every collection, then prove that the books balance."""
        self._settings()
        invoices, notes, payments = self._sales_and_purchases()
        self._settle(invoices, notes, payments)
        self._bank()
        self._journals()
        for plural, field in READ_ONLY.items():
            read = [(at, with_numbers(row)) for at, row in self._each(plural)]
            self._save(plural.lower(), [(self._identify(plural, field, row, at), None, row) for at, row in read])
        self._attachments()
        self._statement()
        total = sum(posting.cents for posting in self.postings)
        if total:
            raise BooksRefusedError(f"The books are out by {Decimal(total) / 100:.2f}.", "Correct the documents.")
        self.store.post(self.organisation, self.postings)

    # small steps -------------------------------------------------------------------------------------------------

    def _each(self, plural: str) -> list[tuple[int, Json]]:
        done = []
        for at, row in enumerate(self.books.get(plural) or [], start=1):
            self.where = f"{plural} number {at}"
            done.append((at, with_xero_dates(row)))
        return done

    def _identify(self, plural: str, field: str, row: Json, at: int) -> str:
        self.where = f"{plural} number {at}"
        identity = str(row.get(field) or steady_id(self.organisation, plural, at))
        row[field] = identity
        key = (plural, identity.lower())
        if key in self.seen:
            raise BooksRefusedError(f"{self.where} has the id of another.", "Give each its own id, or none.")
        self.seen.add(key)
        return identity.lower()

    def _save(self, kind: str, rows: list[tuple[str, str | None, Json]]) -> None:
        saved: Rows = []
        for identity, name, body in rows:
            updated = stamp_ms(body["UpdatedDateUTC"]) if body.get("UpdatedDateUTC") else self._written_at(body)
            if kind == "banktransfers":
                body["CreatedDateUTC"] = ms_stamp(updated)
            elif kind not in ("taxrates", "currencies", "trackingcategories", "repeatinginvoices", "contactgroups"):
                body["UpdatedDateUTC"] = ms_stamp(updated)
            if identity in self.attached:
                body["HasAttachments"] = True
            saved.append((identity, name, updated, body))
        if len({row[0] for row in saved}) != len(saved):
            raise BooksRefusedError(f"Two {kind} share one id.", "Give each its own id, or none.")
        self.store.put_many(self.organisation, kind, saved)

    def _written_at(self, body: Json) -> int:
        """A loaded document was written on its own date; one dated in the future, now."""
        return min(stamp_ms(body["Date"]), self.now_ms) if body.get("Date") else self.now_ms

    def _add(self, post: Callable[..., list[Posting]], *arguments: object) -> None:
        try:
            self.postings += post(*arguments)
        except ledger.UnbalancedError as error:
            raise BooksRefusedError(f"{self.where} does not balance: {error}.", "Correct its lines.") from error

    def _settings(self) -> None:
        accounts = self.chart.accounts
        self._save("accounts", [(row["AccountID"].lower(), row.get("Code"), row) for row in accounts])
        rates = list(self.chart.tax_rates.values())
        for rate in rates:
            rate["ReportTaxType"] = report_type(str(rate.get("ReportTaxType") or rate["TaxType"]))
        self._save("taxrates", [(str(row["TaxType"]).lower(), row["TaxType"], row) for row in rates])
        contacts = self.contacts.rows
        self._save("contacts", [(row["ContactID"].lower(), row["Name"], row) for row in contacts])
        tracking = self.tracking
        self._save("trackingcategories", [(row["TrackingCategoryID"].lower(), row["Name"], row) for row in tracking])
        users = self.books.get("Users") or default_users(self.organisation)
        self._save("users", [(str(row["UserID"]).lower(), None, dict(row)) for row in users])
        read = [(at, with_numbers(row)) for at, row in self._each("Budgets")]
        budgets = [(self._identify("Budgets", "BudgetID", row, at), row) for at, row in read]
        for _, row in budgets:
            for line in row.get("BudgetLines") or []:
                account = self._account(line)
                line["AccountID"], line["AccountCode"] = account["AccountID"], account.get("Code") or ""
                for one in line.get("BudgetBalances") or []:
                    text = str(one["Period"])
                    one["Period"] = (parse_date(text).isoformat() if text.startswith("/Date") else text)[:7]
        self._save("budgets", [(identity, None, row) for identity, row in budgets])

    def _account(self, reference: Json) -> Json:
        account = self.chart.find(reference)
        if account is None:
            code = reference.get("AccountCode") or reference.get("Code") or reference.get("AccountID")
            raise BooksRefusedError(
                f"{self.where} names the account {code!r}, which is not in Accounts.", "Add it there."
            )
        return account

    def _check_lines(self, lines: list[Json]) -> None:
        for line in lines:
            if line.get("LineAmount") and not line.get("AccountID"):
                raise BooksRefusedError(f"{self.where} has a line with no known account.", "Give it an AccountCode.")

    def _check_rate(self, done: Json, given: Json) -> None:
        """A foreign document that counts needs its rate: one to one would be an invented figure."""
        foreign = done["CurrencyCode"] != self.chart.currency and done["Status"] in ("AUTHORISED", "PAID")
        if foreign and number(given.get("CurrencyRate") or 0) <= 0:
            code = done["CurrencyCode"]
            problem = f"{self.where} is in {code} and has no CurrencyRate."
            raise BooksRefusedError(problem, f"Add it: units of {code} for one {self.chart.currency}.")

    def _document(self, plural: str, field: str, at: int, row: Json) -> Json:
        self._identify(plural, field, row, at)
        for line in (*(row.get("LineItems") or []), *(row.get("JournalLines") or [])):
            if line.get("AccountCode") or line.get("AccountID"):
                self._account(line)
            if line.get("Tracking"):
                line["Tracking"] = [resolve_tracking(one, self.tracking) or one for one in line["Tracking"]]
        if row.get("Contact"):
            row["Contact"] = self.contacts.reference(row["Contact"])
        return row

    # collections -------------------------------------------------------------------------------------------------

    def _sales_and_purchases(self) -> tuple[dict[str, Json], dict[str, Json], dict[str, list[Json]]]:
        invoices: dict[str, Json] = {}
        for at, row in self._each("Invoices"):
            row = self._document("Invoices", "InvoiceID", at, row)
            row.setdefault("Status", "AUTHORISED")
            done = complete.complete_invoice(row, self.chart)
            self._check_rate(done, row)
            self._check_lines(done["LineItems"])
            invoices[str(row["InvoiceID"]).lower()] = done
            self._add(ledger.invoice_postings, done, self.chart)
        notes: dict[str, Json] = {}
        for at, row in self._each("CreditNotes"):
            row = self._document("CreditNotes", "CreditNoteID", at, row)
            row.setdefault("Status", "AUTHORISED")
            note = complete.complete_invoice(row, self.chart, kind="creditnotes")
            self._check_rate(note, row)
            self._check_lines(note["LineItems"])
            notes[str(row["CreditNoteID"]).lower()] = note
            self._add(ledger.credit_note_postings, note, self.chart)
        return invoices, notes, self._payments(invoices, notes)

    def _payments(self, invoices: dict[str, Json], notes: dict[str, Json]) -> dict[str, list[Json]]:
        grouped: dict[str, list[Json]] = defaultdict(list)
        rows: list[tuple[str, str | None, Json]] = []
        for at, row in self._each("Payments"):
            identity = self._identify("Payments", "PaymentID", row, at)
            note = self._named(notes, row.get("CreditNote") or {}, "CreditNote")
            target = note or self._named(invoices, row | (row.get("Invoice") or {}), "Invoice")
            if target is None:
                raise BooksRefusedError(f"{self.where} pays a document that is not in the file.", "Add the invoice.")
            done = complete_payment(row, target, self._account(row.get("Account") or row), self.chart)
            key = str(target["CreditNoteID" if note else "InvoiceID"]).lower()
            grouped[key].append(done)
            rows.append((identity, key, done))
        self._save("payments", rows)
        return grouped

    def _named(self, documents: dict[str, Json], said: Json, noun: str) -> Json | None:
        """The document that another names by its id or, where only one has it, its number."""
        by_id = documents.get(str(said.get(f"{noun}ID", "")).lower())
        number = said.get(f"{noun}Number")
        if by_id is not None or not number:
            return by_id
        kind = str(said.get("Type") or said.get("PaymentType") or "").removesuffix("PAYMENT")
        if noun not in self.numbered:
            self.numbered[noun] = defaultdict(list)
            for row in documents.values():
                self.numbered[noun][str(row.get(f"{noun}Number") or "")].append(row)
        same = self.numbered[noun][str(number)]
        same = [row for row in same if row["Type"] == kind] or same
        if len(same) > 1:
            problem = f"{self.where} names {number!r}, which {len(same)} documents have."
            raise BooksRefusedError(problem, f"Name it by {noun}ID.")
        return same[0] if same else None

    def _settle(self, invoices: dict[str, Json], notes: dict[str, Json], payments: dict[str, list[Json]]) -> None:
        credits: dict[str, list[Json]] = defaultdict(list)
        for identity, note in notes.items():
            self.where = f"Credit note {note.get('CreditNoteNumber') or identity}"
            note["Allocations"] = [dict(one) for one in note["Allocations"]]
            for allocation in note["Allocations"]:
                allocation["Amount"] = money(allocation["Amount"])
                allocation["Date"] = ms_date(parse_date(allocation.get("Date") or note["Date"]))
                target = self._named(invoices, allocation.get("Invoice") or {}, "Invoice")
                if target is None:
                    raise BooksRefusedError(f"{self.where} is set against an unknown invoice.", "Add the invoice.")
                fields = ("InvoiceID", "InvoiceNumber")
                allocation["Invoice"] = {field: target[field] for field in fields if target.get(field)}
                credits[str(target["InvoiceID"]).lower()].append(credit_summary(note, allocation))
                self._add(ledger.allocation_postings, note, allocation, target, self.chart)
            complete.settle_credit_note(note, payments.get(identity, []))
            self._post_payments(note, payments.get(identity, []), "creditnotes")
        for identity, invoice in invoices.items():
            self.where = f"Invoice {invoice.get('InvoiceNumber') or identity}"
            said_paid = invoice["Status"] == "PAID"
            complete.settle_invoice(invoice, payments.get(identity, []), credits[identity])
            if invoice["AmountDue"] < 0 or (said_paid and invoice["AmountDue"] > 0):
                raise BooksRefusedError(
                    f"{self.where}: the payments and credits leave {invoice['AmountDue']} due of {invoice['Total']}.",
                    "Make Payments and Allocations add up to it, or correct its Status.",
                )
            self._post_payments(invoice, payments.get(identity, []), "invoices")
        self._save("invoices", [(key, row.get("InvoiceNumber"), row) for key, row in invoices.items()])
        self._save("creditnotes", [(key, row.get("CreditNoteNumber"), row) for key, row in notes.items()])

    def _post_payments(self, settled: Json, payments: list[Json], kind: str) -> None:
        if payments and settled["Status"] in ledger.LIVE_INVOICE:
            groups = ledger.settlement_postings(settled, payments, self.chart, kind=kind)
            for sides in groups.values():
                self.postings += sides

    def _bank(self) -> None:
        rows: list[tuple[str, str | None, Json]] = []
        for at, row in self._each("BankTransactions"):
            row = self._document("BankTransactions", "BankTransactionID", at, row)
            self._account(row.get("BankAccount") or {})
            done = complete.complete_bank_transaction(row, self.chart)
            self._check_rate(done, row)
            self._check_lines([] if str(done["Type"]).endswith("-TRANSFER") else done["LineItems"])
            rows.append((str(done["BankTransactionID"]).lower(), None, done))
            self._add(ledger.bank_transaction_postings, done, self.chart)
        sides = {key: row for key, _, row in rows if str(row["Type"]).endswith("-TRANSFER")}
        transfers: list[tuple[str, str | None, Json]] = []
        for at, row in self._each("BankTransfers"):
            identity = self._identify("BankTransfers", "BankTransferID", row, at)
            for side in ("FromBankAccount", "ToBankAccount"):
                account = self._account(row[side])
                row[side] = {"AccountID": account["AccountID"], "Code": account.get("Code"), "Name": account["Name"]}
            row["Amount"], row["Date"] = money(row["Amount"]), ms_date(parse_date(row["Date"]))
            row["CurrencyRate"] = number(row.get("CurrencyRate") or 1)
            for half in complete_sides(row, sides, self.chart.currency):
                shown = complete.complete_bank_transaction(half, self.chart)
                rows.append((str(shown["BankTransactionID"]).lower(), None, shown))
            transfers.append((identity, None, row))
            self._add(ledger.bank_transfer_postings, row, self.chart)
        refuse_lone_sides({key: row for key, row in sides.items() if row["Status"] == "AUTHORISED"})
        self._save("banktransactions", rows)
        self._save("banktransfers", transfers)

    def _journals(self) -> None:
        rows: list[tuple[str, str | None, Json]] = []
        for at, row in self._each("ManualJournals"):
            row = self._document("ManualJournals", "ManualJournalID", at, row)
            row.setdefault("Status", "POSTED")
            done = complete.complete_manual_journal(row, self.chart)
            self._check_lines(done["JournalLines"])
            rows.append((str(done["ManualJournalID"]).lower(), None, done))
            self._add(ledger.manual_journal_postings, done, self.chart)
        self._save("manualjournals", rows)

    def _statement(self) -> None:
        rows: list[tuple[str, str | None, Json]] = []
        for at, row in self._each("StatementLines"):
            line = statement_line(self.organisation, self._account(row.get("BankAccount") or row), row, at)
            rows.append((str(line["StatementLineID"]).lower(), None, line))
        self._save("statementlines", rows)

    def _attachments(self) -> None:
        for at, row in self._each("Attachments"):
            self.where = f"Attachments number {at}"
            kind = str(row["entity"]).lower()
            self.store.db.execute(
                "INSERT OR REPLACE INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    self.organisation,
                    kind if kind.endswith("s") else f"{kind}s",
                    str(row["id"]).lower(),
                    steady_id(self.organisation, "Attachments", at),
                    row["filename"],
                    row.get("mime") or "text/plain",
                    str(row.get("text") or "").encode(),
                ),
            )


def complete_payment(row: Json, target: Json, account: Json, chart: Chart) -> Json:
    """A payment as Xero shows it, with a short form of the invoice or credit it settles."""
    done = dict(row)
    done["Amount"], done["Date"] = money(row["Amount"]), ms_date(parse_date(row["Date"]))
    done["CurrencyRate"] = number(row.get("CurrencyRate") or target["CurrencyRate"])
    converted = in_base_currency(account, chart) and target["CurrencyCode"] != chart.currency
    usual = done["Amount"] / done["CurrencyRate"] if converted else done["Amount"]
    done["BankAmount"] = money(row.get("BankAmount") or usual)
    done["Status"] = row.get("Status") or "AUTHORISED"
    done["IsReconciled"] = bool(row.get("IsReconciled", False))
    done["HasAccount"], done["HasValidationErrors"] = True, False
    done["Account"] = {"AccountID": account["AccountID"], "Code": account.get("Code") or "", "Name": account["Name"]}
    done.setdefault("Reference", "")
    receivable = str(target["Type"]).startswith(("ACCREC", "RECEIVE"))
    for noun, words in (("CreditNote", "CREDIT"), ("Overpayment", "OVERPAYMENT"), ("Prepayment", "PREPAYMENT")):
        if f"{noun}ID" in target:
            done["PaymentType"] = f"{'AR' if receivable else 'AP'}{words}PAYMENT"
            fields = (f"{noun}ID", "CreditNoteNumber", "Type", "Contact", "CurrencyCode")
            done[noun] = {field: target[field] for field in fields if target.get(field)}
            done.pop("Invoice", None)
            return done
    done["PaymentType"] = "ACCRECPAYMENT" if receivable else "ACCPAYPAYMENT"
    fields = ("InvoiceID", "InvoiceNumber", "Type", "Contact", "CurrencyCode")
    short: Json = {"IsDiscounted": False, "HasErrors": False}
    done["Invoice"] = {field: target[field] for field in fields if target.get(field)} | short
    return done


def credit_summary(note: Json, allocation: Json) -> Json:
    """A credit note as it appears inside the invoice it was set against."""
    return {
        "CreditNoteID": note["CreditNoteID"],
        "CreditNoteNumber": note.get("CreditNoteNumber") or "",
        "ID": note["CreditNoteID"],
        "AppliedAmount": money(allocation["Amount"]),
        "Total": note["Total"],
        "Date": ms_date(parse_date(allocation.get("Date") or note["Date"])),
        "HasErrors": False,
    }
