"""OFX and QFX, the SGML of version 1 and the XML of version 2: bank and credit card statements."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # only its elements: the text is taken apart by ofxtools' TreeBuilder, not by expat
from collections.abc import Iterator
from html import unescape

import ofxtools.models
from ofxtools.Parser import ParseError, TreeBuilder

from agents.reconciliation.statements.amounts import currency_code, exact, money
from agents.reconciliation.statements.bounds import check_lines, check_tree
from agents.reconciliation.statements.dates import compact
from agents.reconciliation.statements.finishing import identified, statement_of
from agents.reconciliation.statements.outcome import Expected, Reading, Skipped
from agents.reconciliation.statements.words import clean, decoded, joined, unreadable
from books.records import Statement, StatementLine

_CHARSET = re.compile(rb"CHARSET:\s*([\w-]+)", re.IGNORECASE)
_TOKEN = re.compile(
    r"<(?P<tag>/?[A-Za-z][A-Za-z0-9._]*)\s*(?P<empty>/?)>(?P<text>(?:[^<]+|<!\[CDATA\[.*?\]\]>)*)", re.S
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_DECLARED = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_AGGREGATES = frozenset(name for name in dir(ofxtools.models) if name.isupper())
_NO_ID = re.compile(r"0*|none|n/?a|null", re.IGNORECASE)


class _Tree(TreeBuilder):
    """ofxtools' builder, held to account: every character is read, every end tag closes what is open, depth is bounded.

    Banks leave elements empty (`<MEMO>` and nothing); what ofxtools knows as no aggregate is closed at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._count = 0
        self._last = ""  # the element just read, whose end tag may follow or be left out
        self._emptied = set[str]()
        self._lines = 0
        self._begins = 0

    def feed(self, data: str, begins: int = 0) -> None:
        """Reads the whole body, which begins with <OFX> at that place; raises Refusal naming the line."""
        at = self._begins = begins
        for token in _TOKEN.finditer(data, at):
            if data[at : token.start()].strip():
                raise unreadable(self._line(data, at), "a tag of OFX", data[at : at + 60])
            at = token.end()
            tag, text = token["tag"].upper(), _text(token["text"])
            if token["empty"]:
                continue
            if tag.startswith("/"):
                self._close(tag[1:], text, data, token.start())
            else:
                self._begin(tag, text, data, token)
        if data[at:].strip() or self._open:
            expected = f"</{self._open[-1]}>" if self._open else "nothing more"
            raise unreadable(self._line(data, len(data)), expected, data[at:].strip() or "the end of the file")

    def _begin(self, tag: str, text: str, data: str, token: re.Match[str]) -> None:
        self._count += 1
        check_tree(len(self._open) + 1, self._count)
        self._lines += tag == "STMTTRN"
        check_lines(self._lines)
        if not self._open and self._count > 1:
            raise unreadable(self._line(data, token.start()), "nothing after </OFX>", f"<{tag}>")
        self.start(tag, {})
        if not text and (tag in _AGGREGATES or data[token.end() : token.end() + len(tag) + 3].upper() == f"</{tag}>"):
            self._open.append(tag)
            return
        self.data(text)
        self.end(tag)
        self._last = tag
        if not text:
            self._emptied.add(tag)

    def _close(self, tag: str, text: str, data: str, at: int) -> None:
        if text:
            raise unreadable(self._line(data, at), "a tag", text)
        if self._open and self._open[-1] == tag:
            self.end(self._open.pop())
        elif self._last != tag and tag not in self._emptied:
            raise unreadable(self._line(data, at), f"</{self._open[-1]}>" if self._open else "no end tag", f"</{tag}>")
        self._last = ""

    def _line(self, data: str, at: int) -> str:
        return f"Line {data.count(chr(10), self._begins, at) + 1} below the header"


def _text(raw: str) -> str:
    if "<" in raw:
        raw = _CDATA.sub(lambda found: found[1].replace("&", "&amp;"), raw)
    return unescape(raw).strip()


def read_ofx(content: bytes, expected: Expected) -> Reading:
    """The statements of an OFX or QFX file; raises Refusal."""
    text, encoding = _decoded(content)
    begins = re.search(r"<OFX>", text, re.IGNORECASE)
    if begins is None:
        raise unreadable("The file", "<OFX>", text[:60])
    if _DECLARED.search(text):
        raise unreadable("The file", "no declarations", "a document type or entity")
    builder = _Tree()
    try:
        builder.feed(text, begins.start())
        root = builder.close()
    except (ParseError, AssertionError, ValueError) as error:  # ValueError: a character reference of 5,000 digits
        raise unreadable("The file", "OFX", str(error)[:60]) from error
    if not isinstance(root, ET.Element):
        raise unreadable("The file", "OFX", "no elements")
    found = [each for each in root.iter() if each.tag in ("STMTRS", "CCSTMTRS")]
    if not found:
        said = next((node.text for node in root.iter("MESSAGE")), None)
        raise unreadable("The file", "a bank or credit card statement (STMTRS)", said or "none")
    skipped: list[Skipped] = []
    statements = tuple(_statement(each, place, expected, skipped) for place, each in enumerate(found, 1))
    return Reading(format="OFX", encoding=encoding, statements=statements, skipped=tuple(skipped))


def _decoded(content: bytes) -> tuple[str, str]:
    """By what the bytes are first: many banks write UTF-8 below a header that names another character set."""
    text, encoding = decoded(content)
    named = _CHARSET.search(content[:600])
    if encoding in ("cp1252", "latin-1") and named and named[1].upper() in (b"ISO-8859-1", b"8859-1"):
        return content.decode("latin-1"), "latin-1"
    return text, encoding


def _said(node: ET.Element, *path: str) -> str:
    found: ET.Element | None = node
    for tag in path:
        found = None if found is None else found.find(tag)
    return (found.text or "") if found is not None else ""


def _statement(node: ET.Element, place: int, expected: Expected, skipped: list[Skipped]) -> Statement:
    where = f"Statement {place}"
    currency = currency_code(_said(node, "CURDEF") or expected.currency, f"{where}, CURDEF")
    whose = node.find("BANKACCTFROM") if node.tag == "STMTRS" else node.find("CCACCTFROM")
    parts = [] if whose is None else [clean(_said(whose, tag)) for tag in ("BANKID", "BRANCHID", "ACCTID")]
    account = " ".join(part for part in parts if part)
    listed = node.find("BANKTRANLIST")
    lines = list(_lines(listed, currency, where)) if listed is not None else []
    check_lines(len(lines))
    for pending in node.iter("STMTTRNP"):
        skipped.append(Skipped(position=where, why="not booked yet", text=clean(_said(pending, "NAME"))))
    days = []
    for tag in ("DTSTART", "DTEND"):
        if listed is not None and (said := _said(listed, tag)):
            days.append(compact(said, f"{where}, {tag}"))
    closing = None
    if said := _said(node, "LEDGERBAL", "BALAMT"):
        as_of = compact(_said(node, "LEDGERBAL", "DTASOF"), f"{where}, DTASOF")
        dated = [*days, *(line.date for line in lines)] or [as_of]
        # A balance of a later day counts lines that are not on this statement, one of an earlier day lacks some.
        if max(line.date for line in lines) <= as_of <= max(dated) if lines else as_of <= max(dated):
            closing = money(exact(said, f"{where}, LEDGERBAL"), currency, f"{where}, LEDGERBAL")
        days = dated
    if not lines and not days:
        raise unreadable(where, "lines, a period or a balance", None)
    return identified(statement_of(lines, account, currency, closing=closing, days=days), expected.account)


def _lines(listed: ET.Element, currency: str, where: str) -> Iterator[StatementLine]:
    for number, node in enumerate(listed.findall("STMTTRN"), 1):
        at = f"{where}, line {number}"
        amount = money(exact(_said(node, "TRNAMT"), f"{at}, TRNAMT"), currency, f"{at}, TRNAMT")
        given = clean(_said(node, "FITID"))
        valued = _said(node, "DTAVAIL") or _said(node, "DTUSER")
        yield StatementLine(
            id="",
            date=compact(_said(node, "DTPOSTED"), f"{at}, DTPOSTED"),
            amount=amount,
            value_date=compact(valued, f"{at}, DTAVAIL or DTUSER") if valued else None,
            payer=clean(_said(node, "EXTDNAME") or _said(node, "NAME") or _said(node, "PAYEE", "NAME")),
            reference=joined(clean(_said(node, "CHECKNUM")), clean(_said(node, "REFNUM"))),
            description=clean(_said(node, "MEMO")),
            bank_id="" if _NO_ID.fullmatch(given) else given,
            position=at,
        )
