"""CAMT.052, .053 and .054 of ISO 20022, every version: entries, balances and what their details say."""

from __future__ import annotations

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET  # only the type: defusedxml reads
from collections.abc import Iterator
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


@dataclass
class _Collected:
    """One Stmt, Rpt or Ntfctn while its parts are read."""

    lines: list[tuple[ET.Element, str]] = field(default_factory=list)
    entries: int = 0


def read_camt(content: bytes, expected: Expected) -> Reading:
    """The statements of a CAMT file; declarations of any kind are refused. Raises Refusal."""
    form, statements, skipped = "", list[Statement](), list[Skipped]()
    try:
        for kind, node in _messages(content):
            form = kind
            statements.append(_statement(node, len(statements) + 1, expected, skipped))
    except defusedxml.DefusedXmlException as error:
        raise unreadable("The file", "no declarations", "a document type or entity") from error
    except ET.ParseError as error:
        line, column = error.position
        raise unreadable(f"Line {line}, column {column + 1}", "well-formed XML", str(error).split(":")[0]) from error
    except (ValueError, LookupError) as error:  # an encoding that the parser does not know, or does not mean
        raise unreadable("The file", "XML in a known encoding", str(error)[:60]) from error
    if not statements:
        raise unreadable("The file", "a CAMT.052, .053 or .054 statement", form or "other XML")
    kinds = {"UTF-16": b"\xff\xfe"}
    encoding = next((name.lower() for name, mark in kinds.items() if content.startswith((mark, mark[::-1]))), "")
    named = re.search(rb"""encoding=["']([\w.-]+)["']""", content[:200])
    encoding = encoding or (named[1].decode("ascii").lower() if named else "utf-8")
    return Reading(format=form, encoding=encoding, statements=tuple(statements), skipped=tuple(skipped))


def _messages(content: bytes) -> Iterator[tuple[str, ET.Element]]:
    """(format, element) of each statement, names without their namespace, within the bounds of depth and number."""
    path, form, count = list[str](), "", 0
    for event, node in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            node.tag = str(node.tag).rpartition("}")[2]
            path.append(node.tag)
            count += 1
            check_tree(len(path), count)
            if len(path) <= 2:
                form = form or _ROOTS.get(node.tag, "")
            if len(path) == 2 and not form:
                raise unreadable("The file", "a CAMT.052, .053 or .054 statement", f"<{path[0]}><{node.tag}>")
        else:
            path.pop()
            if node.tag in _STATEMENTS and path and path[-1] in _ROOTS:
                yield form, node
                node.clear()


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


def _statement(node: ET.Element, place: int, expected: Expected, skipped: list[Skipped]) -> Statement:
    where = f"Statement {place}"
    account = _said(node, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/BBAN", "Acct/Id/PrtryAcct/Id")
    entries = node.findall("Ntry")
    check_lines(len(entries))
    said = _said(node, "Acct/Ccy")
    if not said:
        first = next((each for each in (*node.findall("Bal/Amt"), *node.findall("Ntry/Amt"))), None)
        said = (first.get("Ccy") or "") if first is not None else expected.currency
    currency = currency_code(said, f"{where}, Acct/Ccy")
    lines = []
    for number, entry in enumerate(entries, 1):
        at = f"{where}, entry {number}"
        if _said(entry, "Sts/Cd", "Sts") in ("PDNG", "INFO", "FUTR"):
            skipped.append(Skipped(position=at, why="not booked yet", text=_said(entry, "AddtlNtryInf")[:120]))
            continue
        lines.append(_line(entry, currency, at))
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


def _line(entry: ET.Element, currency: str, at: str) -> StatementLine:
    """One booked entry is one line, as the bank's balance moves by it; a batch's parts are told in its description."""
    amount = _signed(entry, currency, at)
    booked, valued = _day(entry.find("BookgDt"), f"{at}, BookgDt"), _day(entry.find("ValDt"), f"{at}, ValDt")
    if booked is None and valued is None:
        raise unreadable(f"{at}, BookgDt", "a date as YYYY-MM-DD", None)
    details = entry.findall("NtryDtls/TxDtls")
    only = details[0] if len(details) == 1 else None
    side = "Dbtr" if amount.amount >= 0 else "Cdtr"
    told = [_told(each, side) for each in details[:_SHOWN_OF_A_BATCH]]
    batch = f"Batch of {len(details)}: " + "; ".join(told) if len(details) > 1 else ""
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
