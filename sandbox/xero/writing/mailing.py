"""What a customer gets of an invoice: the e-mail, the link to it online, and the PDF."""

from sandbox.xero.refusals import InvalidError, NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, now_ms, parse_date, steady_id

_SENT = "Invoice sent"
_DAY_MS = 24 * 60 * 60 * 1000
_APPROVED = ("SUBMITTED", "AUTHORISED", "PAID")


def email_invoice(session: Session, identity: str) -> None:
    """Note that Xero mailed the invoice; raises NotFoundError, InvalidError. The sandbox sends nothing."""
    invoice = session.get("invoices", identity)
    if invoice is None:
        raise NotFoundError
    if invoice["Type"] != "ACCREC" or invoice["Status"] not in _APPROVED:
        raise InvalidError("Only sales invoices that are submitted, approved or paid can be emailed.")
    contact = session.get("contacts", str(invoice["Contact"]["ContactID"])) or {}
    address = str(contact.get("EmailAddress") or "")
    if not address:
        raise InvalidError("The contact of the invoice has no email address.")
    if _sent_today(session) >= _most_a_day(session.organisation):
        raise InvalidError(f"The daily e-mail limit of {_most_a_day(session.organisation)} has been reached.")
    included = [str(each.get("EmailAddress") or "") for each in contact.get("ContactPersons") or []
                if each.get("IncludeInEmails")]  # fmt: skip
    everybody = ", ".join(dict.fromkeys(each for each in (address, *included) if each))
    invoice["SentToContact"] = True
    session.save("invoices", identity, invoice, number=invoice.get("InvoiceNumber"))
    session.note("invoices", identity, _SENT, f"This invoice has been sent to {everybody}")


def _most_a_day(organisation: Json) -> int:
    """How many invoices Xero mails for an organisation in a day: none of a demo, few on trial."""
    if organisation.get("IsDemoCompany") or organisation.get("Class") == "DEMO":
        return 0
    return 20 if organisation.get("Class") == "TRIAL" else 1_000


def _sent_today(session: Session) -> int:
    """What was mailed since midnight in UTC; which midnight Xero means is not published."""
    row = session.store.db.execute(
        "SELECT count(*) FROM history WHERE organisation = ? AND kind = 'invoices' AND changes = ? AND at >= ?",
        (session.identity, _SENT, now_ms() // _DAY_MS * _DAY_MS),
    ).fetchone()
    return int(row[0])


def online_invoice(session: Session, identity: str) -> Json:
    """Where the customer sees the invoice online; only approved sales invoices have such a place."""
    invoice = session.get("invoices", identity)
    if invoice is None:
        raise NotFoundError
    if invoice["Type"] != "ACCREC" or invoice["Status"] not in ("AUTHORISED", "PAID"):
        raise InvalidError("Online invoices are only available for approved sales invoices.")
    return {"OnlineInvoiceUrl": f"https://in.xero.com/{steady_id(identity, 'online').replace('-', '')[:22]}"}


def invoice_pdf(session: Session, identity: str) -> bytes:
    """A plain PDF page with what the invoice says."""
    invoice = session.get("invoices", identity)
    if invoice is None:
        raise NotFoundError
    title = "Tax invoice" if invoice["Type"] == "ACCREC" else "Bill"
    lines = [
        f"{title} {invoice.get('InvoiceNumber') or ''}",
        str(session.organisation["Name"]),
        f"{invoice['Contact']['Name']}, {parse_date(invoice['Date']):%d %b %Y}",
        *(f"{line['Description']}  {line['LineAmount']:.2f}" for line in invoice["LineItems"]),
        f"Tax {invoice['TotalTax']:.2f}",
        f"Total {invoice['Total']:.2f} {invoice['CurrencyCode']}, due {invoice['AmountDue']:.2f}",
    ]
    return _pdf(lines)


def _pdf(lines: list[str]) -> bytes:
    """One page of text in the one font every reader has."""
    shown = [line.encode("cp1252", "replace").decode("cp1252") for line in lines]
    escaped = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in shown]
    stream = "BT /F1 12 Tf 60 780 Td 18 TL " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET"
    body = stream.encode("cp1252")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(body), body),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    whole, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj%s endobj\n" % (number, part)
    start = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    whole += b"".join(b"%010d 00000 n \n" % place for place in places)
    return whole + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
