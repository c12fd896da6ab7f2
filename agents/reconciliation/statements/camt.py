"""CAMT.052, .053 and .054 of ISO 20022, every version: entries, balances and what their details say."""

from __future__ import annotations

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET  # only the type: defusedxml reads
from dataclasses import dataclass, field

import defusedxml
from defusedxml.ElementTree import iterparse

from agents.reconciliation.statements.amounts import currency_code, exact, money
from agents.reconciliation.statements.bounds import check_lines, check_tree
from agents.reconciliation.statements.dates import compact
from agents.reconciliation.statements.finishing import identified, statement_of
from agents.reconciliation.statements.outcome import Expected, Reading, Skipped
from agents.reconciliation.statements.words import clean, joined, quoted, unreadable
from books.money import Money
from books.records import Statement, StatementLine

_ROOTS = {"BkToCstmrStmt": "CAMT.053", "BkToCstmrAcctRpt": "CAMT.052", "BkToCstmrDbtCdtNtfctn": "CAMT.054"}
_STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD", "ITBD")
_SHOWN_OF_A_BATCH = 10
_NO_MEMORY = 1
"""What expat calls it (XML_ERROR_NO_MEMORY); it is no mistake of the file's."""


@dataclass
class _Message:
    """One Stmt, Rpt or Ntfctn while it is read: each entry is let go of once it is a line, for there may be many."""

    node: ET.Element
    where: str
    currency: str = ""
    entries: int = 0
    lines: list[StatementLine] = field(default_factory=list)


def read_camt(content: bytes, expected: Expected) -> Reading:
    """The statements of a CAMT file; declarations of any kind are refused. Raises Refusal."""
    walk = _Walk(expected)
    try:
        for event, node in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            walk.begin(node) if event == "start" else walk.end(node)
    except defusedxml.DefusedXmlException as error:
        raise unreadable("The file", "no declarations", "a document type or entity") from error
    except ET.ParseError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from error
        line, column = error.position
        raise unreadable(f"Line {line}, column {column + 1}", "well-formed XML", str(error).split(":")[0]) from error
    except (ValueError, LookupError) as error:  # an encoding that the parser does not know, or does not mean
        raise unreadable("The file", "XML in a known encoding", str(error)[:60]) from error
    if not walk.statements:
        raise unreadable("The file", "a CAMT.052, .053 or .054 statement", walk.form or "other XML")
    kinds = {"UTF-16": b"\xff\xfe"}
    encoding = next((name.lower() for name, mark in kinds.items() if content.startswith((mark, mark[::-1]))), "")
    named = re.search(rb"""encoding=["']([\w.-]+)["']""", content[:200])
    encoding = encoding or (named[1].decode("ascii").lower() if named else "utf-8")
    return Reading(format=walk.form, encoding=encoding, statements=tuple(walk.statements), skipped=tuple(walk.skipped))


class _Walk:
    """Goes through the elements of a file as they are parsed, within the bounds of depth and of what is held.

    Held are the parts of a statement, one entry, and of a batch the payments that will be shown.
    """

    def __init__(self, expected: Expected) -> None:
        self.form = ""
        self.statements: list[Statement] = []
        self.skipped: list[Skipped] = []
        self._expected = expected
        self._path: list[ET.Element] = []
        self._held = 0
        self._message: _Message | None = None
        self._entry: ET.Element | None = None
        self._details = 0

    def begin(self, node: ET.Element) -> None:
        """An element opens: its name without the namespace, and its place; raises Refusal beyond the bounds."""
        node.tag = str(node.tag).rpartition("}")[2]
        self._path.append(node)
        self._held += 1
        check_tree(len(self._path), self._held)
        above = self._path[-2].tag if len(self._path) > 1 else ""
        if len(self._path) <= 2:
            self.form = self.form or _ROOTS.get(node.tag, "")
        if len(self._path) == 2 and not self.form:
            raise unreadable("The file", "a CAMT.052, .053 or .054 statement", f"<{above}><{node.tag}>")
        if node.tag in _STATEMENTS and above in _ROOTS:
            self._message = _Message(node, f"Statement {len(self.statements) + 1}")
        elif node.tag == "Ntry" and self._message is not None and self._path[-2] is self._message.node:
            self._entry, self._details = node, 0

    def end(self, node: ET.Element) -> None:
        """An element closes: an entry becomes a line, a message a statement."""
        self._path.pop()
        above = self._path[-1] if self._path else None
        if self._message is None or above is None:
            return
        if node.tag == "TxDtls" and above.tag == "NtryDtls" and self._path[-2] is self._entry:
            self._details += 1
            if self._details > _SHOWN_OF_A_BATCH:
                self._let_go(above, node)
        elif node.tag == "Ntry" and above is self._message.node:
            _enter(self._message, node, self._details, self._expected, self.skipped)
            self._let_go(above, node)
        elif node is self._message.node:
            self.statements.append(_statement(self._message, self._expected))
            self._message = None
            self._let_go(above, node)

    def _let_go(self, above: ET.Element, node: ET.Element) -> None:
        self._held -= sum(1 for _ in node.iter())
        above.remove(node)  # near the front: those before it have gone


def _said(node: ET.Element | None, *paths: str) -> str:
    """The text of the first of these paths that has any."""
    for path in paths:
        found = None if node is None else node.find(path)
        if found is not None and clean(found.text):
            return clean(found.text)
    return ""


def _signed(node: ET.Element, currency: str, where: str) -> Money:
    amount = node.find("Amt")
    given = currency_code(None if amount is None else amount.get("Ccy"), f"{where}, Amt Ccy")
    if given != currency:
        raise unreadable(f"{where}, Amt Ccy", currency, given)
    value = exact(None if amount is None else amount.text, f"{where}, Amt")
    mark = _said(node, "CdtDbtInd")
    if mark not in ("CRDT", "DBIT") or value < 0:
        raise unreadable(f"{where}, CdtDbtInd", "CRDT or DBIT and an amount without sign", f"{mark} {value}")
    return money(value if mark == "CRDT" else -value, currency, where)


def _day(node: ET.Element | None, where: str) -> dt.date | None:
    said = _said(node, "Dt", "DtTm")
    if not said and (node is None or not len(node)):
        return None
    return compact(said[:10].replace("-", ""), where, what="a date as YYYY-MM-DD")


def _enter(message: _Message, entry: ET.Element, details: int, expected: Expected, skipped: list[Skipped]) -> None:
    """An entry becomes a line of its message, or is left out because it is not booked."""
    message.currency = message.currency or _currency(message, entry, expected)
    message.entries += 1
    check_lines(message.entries)
    at = f"{message.where}, entry {message.entries}"
    if _said(entry, "Sts/Cd", "Sts") in ("PDNG", "INFO", "FUTR"):
        skipped.append(Skipped(position=at, why="not booked yet", text=_said(entry, "AddtlNtryInf")[:120]))
    else:
        message.lines.append(_line(entry, details, message.currency, at))


def _currency(message: _Message, entry: ET.Element | None, expected: Expected) -> str:
    """The account's currency; where it is not said, that of the first balance or entry."""
    said = _said(message.node, "Acct/Ccy")
    if not said:
        amounts = (message.node.find("Bal/Amt"), entry.find("Amt") if entry is not None else None)
        first = next((each for each in amounts if each is not None), None)
        said = (first.get("Ccy") or "") if first is not None else expected.currency
    return currency_code(said, f"{message.where}, Acct/Ccy")


def _statement(message: _Message, expected: Expected) -> Statement:
    node, where, lines = message.node, message.where, message.lines
    account = _said(node, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/BBAN", "Acct/Id/PrtryAcct/Id")
    currency = message.currency or _currency(message, None, expected)
    opening, closing, days = _balances(node, currency, where)
    for path in ("FrToDt/FrDtTm", "FrToDt/ToDtTm", "FrToDt/FrDt", "FrToDt/ToDt"):
        if text := _said(node, path):
            days.append(compact(text[:10].replace("-", ""), f"{where}, {path}", what="a date as YYYY-MM-DD"))
    if not lines and not days:
        if (made := _said(node, "CreDtTm")) == "":
            raise unreadable(where, "entries, a period or a balance", None)
        days.append(compact(made[:10].replace("-", ""), f"{where}, CreDtTm"))
    number_said = _said(node, "ElctrncSeqNb", "LglSeqNb", "Id")
    made_of = statement_of(lines, account, currency, opening=opening, closing=closing, number=number_said, days=days)
    return identified(made_of, expected.account)


def _balances(node: ET.Element, currency: str, where: str) -> tuple[Money | None, Money | None, list[dt.date]]:
    """Opening and closing booked balance, and their days: the earliest and the latest where there are several.

    The closing balance of the day before (PRCD) opens a statement that has no OPBD; its day is not the statement's.
    """
    found = []
    for place, each in enumerate(node.findall("Bal"), 1):
        kind = _said(each, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd")
        if kind in (*_OPENING, *_CLOSING):
            at = f"{where}, balance {place}"
            found.append((kind, _day(each.find("Dt"), at) or dt.date.max, _signed(each, currency, at)))
    opens = [each for kind in _OPENING for each in sorted(found, key=lambda row: row[1]) if each[0] == kind]
    closes = [each for kind in _CLOSING for each in sorted(found, key=lambda row: row[1], reverse=True)
              if each[0] == kind]  # fmt: skip
    days = [day for kind, day, _ in (*opens, *closes) if kind != "PRCD" and day != dt.date.max]
    return (opens[0][2] if opens else None), (closes[0][2] if closes else None), days


def _line(entry: ET.Element, count: int, currency: str, at: str) -> StatementLine:
    """One booked entry is one line, as the bank's balance moves by it; a batch's parts are told in its description.

    `count` is how many payments the entry tells of; no more than are shown are still there.
    """
    amount = _signed(entry, currency, at)
    booked, valued = _day(entry.find("BookgDt"), f"{at}, BookgDt"), _day(entry.find("ValDt"), f"{at}, ValDt")
    if booked is None and valued is None:
        raise unreadable(f"{at}, BookgDt", "a date as YYYY-MM-DD", None)
    details = entry.findall("NtryDtls/TxDtls")
    only = details[0] if count == 1 else None
    side = "Dbtr" if amount.amount >= 0 else "Cdtr"
    told = [_told(each, side) for each in details[:_SHOWN_OF_A_BATCH]]
    batch = f"Batch of {count}: " + "; ".join(told) if count > 1 else ""
    return StatementLine(
        id="",
        date=booked or valued or dt.date.max,
        amount=amount,
        value_date=valued,
        payer=_party(only, side),
        reference=_reference(only),
        description=joined(batch or _remittance(only), _said(entry, "AddtlNtryInf")),
        bank_id=_said(entry, "AcctSvcrRef") or _said(only, "Refs/AcctSvcrRef"),
        position=at,
    )


def _party(details: ET.Element | None, side: str) -> str:
    return _said(details, f"RltdPties/{side}/Pty/Nm", f"RltdPties/{side}/Nm", f"RltdPties/Ultmt{side}/Nm")


def _reference(details: ET.Element | None) -> str:
    given = (
        _said(details, "RmtInf/Strd/CdtrRefInf/Ref"),
        _said(details, "Refs/EndToEndId"),
        _said(details, "Refs/ChqNb"),
    )
    return joined(*(each for each in given if each.upper() not in ("NOTPROVIDED", "NONREF")))


def _remittance(details: ET.Element | None) -> str:
    if details is None:
        return ""
    return joined(*(clean(each.text) for each in details.findall("RmtInf/Ustrd")), _said(details, "AddtlTxInf"))


def _told(details: ET.Element, side: str) -> str:
    amount = _said(details, "Amt", "AmtDtls/TxAmt/Amt")
    return joined(amount, _party(details, side), _reference(details), _remittance(details)) or quoted("")
