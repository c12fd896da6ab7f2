"""A feed written as the banks write it: CSV, OFX 1.02, CAMT.053 (version 8) and MT940."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from textwrap import wrap
from xml.sax.saxutils import escape

from sandbox.statements.feed import Feed, FeedLine


def as_csv(feed: Feed) -> bytes:
    """A table with a running balance; dates as Australian, New Zealand and British banks write them."""
    written = StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(
        ("Account", "Date", "Payee", "Description", "Reference", "Amount", "Balance", "Currency", "Transaction ID")
    )
    balance = feed.opening
    for line in feed.lines:
        balance += line.amount
        rows.writerow(
            (feed.number, f"{line.on:%d/%m/%Y}", line.payee, line.description, line.reference, f"{line.amount:.2f}",
             f"{balance:.2f}", feed.currency, line.bank_id)
        )  # fmt: skip
    return written.getvalue().encode()


def as_ofx(feed: Feed) -> bytes:
    """SGML without end tags of elements, as most banks still write it."""
    header = (
        "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:UTF-8\r\nCHARSET:NONE\r\n"
        "COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
    )
    body = (
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<DTSERVER>{feed.end:%Y%m%d}<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\r\n"
        "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<STMTRS><CURDEF>{feed.currency}<BANKACCTFROM><ACCTID>{escape(feed.number)}<ACCTTYPE>CHECKING</BANKACCTFROM>"
        f"\r\n<BANKTRANLIST><DTSTART>{feed.start:%Y%m%d}<DTEND>{feed.end:%Y%m%d}\r\n"
        f"{''.join(_ofx_line(line) for line in feed.lines)}"
        f"</BANKTRANLIST>\r\n<LEDGERBAL><BALAMT>{feed.closing:.2f}<DTASOF>{feed.end:%Y%m%d}</LEDGERBAL>\r\n"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n"
    )
    return (header + body).encode()


def _ofx_line(line: FeedLine) -> str:
    kind = "CREDIT" if line.amount > 0 else "DEBIT"
    name = f"<NAME>{escape(line.payee)}" if len(line.payee) <= 32 else f"<EXTDNAME>{escape(line.payee)}"
    reference = f"<REFNUM>{escape(line.reference)}" if line.reference else ""
    return (
        f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{line.on:%Y%m%d}120000<TRNAMT>{line.amount:.2f}<FITID>{line.bank_id}"
        f"{reference}{name}<MEMO>{escape(line.description)}</STMTTRN>\r\n"
    )


def as_camt(feed: Feed) -> bytes:
    """ISO 20022 camt.053.001.08, one statement."""
    balances = _camt_balance("OPBD", feed.opening, feed.start, feed.currency) + _camt_balance(
        "CLBD", feed.closing, feed.end, feed.currency
    )
    entries = "".join(_camt_entry(line, feed.currency) for line in feed.lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>{feed.end:%Y%m%d}</MsgId><CreDtTm>{feed.end}T23:00:00</CreDtTm></GrpHdr>\n"
        f"<Stmt><Id>{feed.start:%Y%m}</Id><CreDtTm>{feed.end}T23:00:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{feed.start}T00:00:00</FrDtTm><ToDtTm>{feed.end}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><Othr><Id>{escape(feed.number)}</Id></Othr></Id><Ccy>{feed.currency}</Ccy></Acct>\n"
        f"{balances}{entries}</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


def _camt_amount(amount: Decimal, currency: str) -> str:
    mark = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="{currency}">{abs(amount):.2f}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'


def _camt_balance(code: str, amount: Decimal, on: date, currency: str) -> str:
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{kind}{_camt_amount(amount, currency)}<Dt><Dt>{on}</Dt></Dt></Bal>\n"


def _camt_entry(line: FeedLine, currency: str) -> str:
    side = "Dbtr" if line.amount > 0 else "Cdtr"
    return (
        f"<Ntry>{_camt_amount(line.amount, currency)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{line.on}</Dt></BookgDt><AcctSvcrRef>{line.bank_id}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{escape(line.reference) or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<RltdPties><{side}><Pty><Nm>{escape(line.payee)}</Nm></Pty></{side}></RltdPties>"
        f"<RmtInf><Ustrd>{escape(line.description)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def as_mt940(feed: Feed) -> bytes:
    """SWIFT's text, with the details of a line behind slashes as Dutch banks write them."""

    def balance(tag: str, amount: Decimal, on: date) -> str:
        mark = "C" if amount >= 0 else "D"
        return f":{tag}:{mark}{on:%y%m%d}{feed.currency}{abs(amount):.2f}\r\n".replace(".", ",")

    written = [f":20:{feed.start:%Y%m}\r\n:25:{feed.number}\r\n:28C:{feed.start.month}/1\r\n"]
    written.append(balance("60F", feed.opening, feed.start))
    for line in feed.lines:
        mark, amount = "C" if line.amount > 0 else "D", f"{abs(line.amount):.2f}".replace(".", ",")
        written.append(f":61:{line.on:%y%m%d}{line.on:%m%d}{mark}{amount}NTRFNONREF//{line.bank_id}\r\n")
        told = f"/NAME/{line.payee}/REMI/{line.description}/EREF/{line.reference or 'NOTPROVIDED'}"
        pieces = wrap(told, 65, drop_whitespace=False, break_on_hyphens=False)
        written.append(":86:" + "\r\n".join(pieces) + "\r\n")
    written.append(balance("62F", feed.closing, feed.end) + "-\r\n")
    return "".join(written).encode()


FORMATS = {"csv": as_csv, "ofx": as_ofx, "camt": as_camt, "mt940": as_mt940}
