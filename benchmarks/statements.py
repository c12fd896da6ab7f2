"""What the largest bank files cost: lines, tie-out, work and memory of the reader, and how long others wait for it.

`python -m benchmarks.statements` makes the files itself, most of them of a hundred megabytes: usual ones with as many
lines as a statement may have; fat ones, with much in every line that no reader has a use for; wordy ones, which say too
much in every line; thin ones, with four times as many lines as may be; and files with nothing of a statement in them.
Goals: usual and fat ones read whole, the others read or refused, at most a gigabyte and a minute of work for each, and
an event loop that is never late by more than a tenth of a second. The memory of a reader counts what the process that
starts it held: the file itself, once.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import multiprocessing
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from agents.reconciliation.statements.apart import CPU_SECONDS, MEMORY_BYTES, read_apart
from agents.reconciliation.statements.bounds import MAX_LINES
from agents.reconciliation.statements.continuity import tie_out
from agents.reconciliation.statements.outcome import Expected
from agents.reconciliation.statements.reading import read_statement
from books.refusal import Refusal
from sandbox.statements.feed import Feed, FeedLine
from sandbox.statements.formats import as_camt, as_csv, as_mt940, as_ofx

AUD = Expected(currency="AUD")
UNREAD = 1_500
"""Characters of each line of a fat file that no reader has a use for."""
MOST_LATE_MS = 100.0
Write = Callable[[Feed], bytes]


def feed(lines: int, said: int) -> Feed:
    """October of an account with so many lines of so many characters each."""
    start, words = date(2026, 10, 1), "Thank you for the delivery of the week, see the note. " * (said // 50 + 1)
    made = tuple(
        FeedLine(
            start + timedelta(days=place * 31 // lines),
            Decimal(place * 7919 % 100_000 + 1) / (100 if place % 3 else -100),
            f"Harbour Trading {place % 977}",
            f"INV-{place}",
            f"{place} {words}"[:said],
            f"TX{place:09d}",
        )
        for place in range(lines)
    )
    return Feed("062000123456", "Cheque", "AUD", start, date(2026, 10, 31), Decimal("1000.00"), made)


def as_bai2(given: Feed) -> bytes:
    """One account of one group, with its totals."""
    ends = [int(given.opening * 100), int(given.closing * 100)]
    rows = [
        f"16,{165 if line.amount > 0 else 475},{abs(int(line.amount * 100))},Z,{line.bank_id},{line.reference},"
        f"{line.payee} {line.description}\n"
        for line in given.lines
    ]
    total = sum(ends) + sum(abs(int(line.amount * 100)) for line in given.lines)
    head = "01,BANK,FIRM,261031,2300,1,,,2/\n02,FIRM,BANK,1,261031,2300,AUD,2/\n"
    count = len(rows) + 2
    tail = f"49,{total},{count}/\n98,{total},1,{count + 2}/\n99,{total},1,{count + 4}/\n"
    return f"{head}03,{given.number},AUD,010,{ends[0]},,,015,{ends[1]},,/\n{''.join(rows)}{tail}".encode()


def one_batch(given: Feed) -> bytes:
    """CAMT whose only entry is a batch that tells of every payment."""
    head, _, rest = as_camt(given).decode().partition("<Ntry>")
    parts = [part.partition("<NtryDtls>")[2].partition("</NtryDtls>")[0] for part in rest.split("<Ntry>")]
    total = given.closing - given.opening
    mark = "CRDT" if total > 0 else "DBIT"
    return (
        f'{head}<Ntry><Amt Ccy="AUD">{abs(total):.2f}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{given.end}</Dt></BookgDt><NtryDtls>{''.join(parts)}</NtryDtls></Ntry>"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def verbose_csv(given: Feed) -> bytes:
    """A table with thirty columns more, which nobody reads."""
    head, *rows = as_csv(given).decode().splitlines()
    names, cells = "".join(f",Branch {place}" for place in range(30)), ",Long Street 1, Sydney NSW 2000 and on"[:58]
    more = ",".join(['"' + cells * 2 + '"'] * (UNREAD // 80))
    return (f"{head}{names}\n" + "".join(f"{row},{more}\n" for row in rows)).encode()


def verbose_ofx(given: Feed) -> bytes:
    """Elements in each line that the reader has no use for."""
    more = "<PAYEE><ADDR1>Long Street 1<CITY>Sydney<STATE>NSW<POSTALCODE>2000<PHONE>0200000000</PAYEE>"
    return as_ofx(given).replace(b"<MEMO>", (f"<SIC>{'1' * (UNREAD - 200)}{more}<MEMO>").encode())


def verbose_camt(given: Feed) -> bytes:
    """Addresses and agents in each entry, as some banks write them."""
    line = "<AdrLine>Long Street 1, Sydney NSW 2000</AdrLine>"
    more = (
        f"<RltdAgts><DbtrAgt><FinInstnId><PstlAdr>{line * (UNREAD // 60)}</PstlAdr></FinInstnId></DbtrAgt></RltdAgts>"
    )
    return as_camt(given).replace(b"<RmtInf>", f"{more}<RmtInf>".encode())


def as_xlsx(given: Feed) -> bytes:
    """A workbook of one sheet."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Date", "Payee", "Description", "Reference", "Amount", "Balance", "Currency", "Transaction ID"])
    balance = given.opening
    for line in given.lines:
        balance += line.amount
        cells = (line.on, line.payee, line.description, line.reference, line.amount, balance, "AUD", line.bank_id)
        sheet.append(cells)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def with_emoji(given: Feed) -> bytes:
    """A character beyond the common plane in every line: four bytes for each character once it is text."""
    return as_csv(given).replace(b"Thank", "\N{PARTY POPPER}".encode())


FAT: dict[str, Write] = {
    "csv": verbose_csv, "ofx": verbose_ofx, "camt": verbose_camt, "camt batch": one_batch, "xlsx": as_xlsx,
}  # fmt: skip
WORDY: dict[str, Write] = {
    "csv": as_csv, "csv emoji": with_emoji, "ofx": as_ofx, "camt": as_camt, "mt940": as_mt940, "bai2": as_bai2,
}  # fmt: skip
THIN: dict[str, Write] = {"csv": as_csv, "ofx": as_ofx, "camt": as_camt, "mt940": as_mt940, "bai2": as_bai2}
USUAL: dict[str, Write] = {"csv": as_csv, "ofx": as_ofx, "camt": as_camt, "mt940": as_mt940, "bai2": as_bai2}


def _packed() -> bytes:
    """A workbook of ninety megabytes that unpacks to no more than it is."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row><c/></row>" * 6_000_000)
    return packed.getvalue()


def _bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row><c/></row>" * 60_000_000)
    return packed.getvalue()


SIZE = 95_000_000
ODD: dict[str, Callable[[], bytes]] = {
    "blank rows": lambda: b"Date,Description,Amount\n" + b"\n" * SIZE,
    "one endless line": lambda: b"Date,Description,Amount\n" + b"x" * SIZE,
    "only commas": lambda: b"Date,Description,Amount\n" + b"," * SIZE,
    "quote never closed": lambda: b'Date,Description,Amount\n"' + b"a\n" * (SIZE // 2),
    "quoted line ends": lambda: b"Date,Description,Amount\n" + b'"\n",' * (SIZE // 4),
    "one OFX text": lambda: b"<OFX><MEMO>" + "\N{PARTY POPPER}".encode() * (SIZE // 4),
    "OFX of tags": lambda: b"<OFX><BANKMSGSRSV1>" + b"<A>1" * (SIZE // 4),
    "XML of elements": lambda: b"<Document><BkToCstmrStmt><Stmt>" + b"<A/>" * (SIZE // 4),
    "XML of text": lambda: b"<Document><BkToCstmrStmt><Stmt><Id>" + b"x" * SIZE,
    "XML of attributes": lambda: b"<Document><BkToCstmrStmt><Stmt " + b" ".join(b"a%d='1'" % n for n in range(7 << 20)),
    "entities": lambda: b'<!DOCTYPE a [<!ENTITY b "' + b"x" * SIZE + b'">]><Document/>',
    "MT940 of one tag": lambda: b":20:1\n:25:1\n" + b"x\n" * (SIZE // 2),
    "BAI2 going on": lambda: b"01,A,B,261031,2300,1,,,2/\n02,A,B,1,261031,,AUD/\n" + b"88,x\n" * (SIZE // 5),
    "zeroes": lambda: b"\x00" * SIZE,
    "UTF-16": lambda: ("Date,Description,Amount\n" + "31/10/2026,a,1.00\n" * (SIZE // 36)).encode("utf-16"),
    "workbook": _packed,
    "workbook bomb": _bomb,
}  # fmt: skip


def made(name: str, lines: int) -> bytes:
    """The file of that name."""
    kind, _, what = name.partition(" ")
    if kind == "odd":
        return ODD[what]()
    if kind == "wordy":
        return WORDY[what](feed(lines, 1_600))
    if kind == "thin":
        return THIN[what](feed(lines * 4, 40))
    return (FAT if kind == "fat" else USUAL)[what](feed(lines, 1_200 if what == "camt batch" else 60))


def write(name: str, lines: int, file: Path) -> None:
    """Writes the file of that name; for a process of its own."""
    file.write_bytes(made(name, lines))


def measured(name: str, lines: int, file: Path) -> tuple[str, bool]:
    """What became of one file, in a line, and whether the goals are met; for a process of its own."""
    content, begun = file.read_bytes(), time.process_time()
    try:
        (statement,) = read_apart(content, AUD).statements
        tie = {True: "ties out", False: "DOES NOT TIE OUT", None: "tie-out not known"}[tie_out(statement).holds]
        words = f"{len(statement.lines):,} lines, {tie}"
        is_right = "NOT" not in tie and len(statement.lines) in (lines, 1)
    except Refusal as refusal:
        words, is_right = f"refused: {refusal.words}", name.split()[0] not in ("fat", "usual")
    here, spent = time.process_time() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, megabytes = spent.ru_utime + spent.ru_stime, spent.ru_maxrss / 1024
    row = (
        f"{name:<24} {len(content) / 1e6:>5.0f} MB {seconds:>6.1f} s {megabytes:>6.0f} MB {here:>5.2f} s here  {words}"
    )
    return row, is_right and seconds <= CPU_SECONDS and megabytes <= MEMORY_BYTES / 1e6


async def _lateness(work: Callable[[], object]) -> list[float]:
    """By how many milliseconds an event loop is late while a thread of the same process works."""
    task, late = asyncio.ensure_future(asyncio.to_thread(work)), list[float]()
    while not task.done():
        due = time.perf_counter() + 0.01
        await asyncio.sleep(0.01)
        late.append((time.perf_counter() - due) * 1000)
    await task
    return sorted(late)


def _others_wait(lines: int) -> bool:
    content = made("usual csv", lines)
    for name, read in (("in the bot's own process", read_statement), ("apart", read_apart)):
        late = asyncio.run(_lateness(lambda read=read: read(content, AUD)))  # type: ignore[misc]
        print(f"loop late while read {name}: half {late[len(late) // 2]:.1f} ms, worst {late[-1]:.0f} ms")
    return late[-1] <= MOST_LATE_MS


def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """A fresh process for each step: what a process held once counts as its children's too."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def main(argv: list[str] | None = None) -> int:
    """The command line; exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.statements", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--lines", type=int, default=MAX_LINES, help="of a fat file; a thin one has four times as many")
    parser.add_argument("--only", default="", help="files whose name holds this: fat csv, thin, odd …")
    chosen = parser.parse_args(argv or [])
    kinds: dict[str, Iterable[str]] = {"usual": USUAL, "fat": FAT, "wordy": WORDY, "thin": THIN, "odd": ODD}
    names = [f"{kind} {name}" for kind, files in kinds.items() for name in files]
    is_met = True
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            if chosen.only in name:
                file = Path(folder) / "file"
                _apart(write, name, chosen.lines, file)
                row, is_good = _apart(measured, name, chosen.lines, file)
                print(row + ("" if is_good else "  MISSED"), flush=True)
                is_met = is_met and is_good
    return 0 if _others_wait(chosen.lines) and is_met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
