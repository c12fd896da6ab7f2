"""The audit of a month as a PDF: it tells what the rows tell, in words, and carries nothing out that people wrote."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typst

from approvals import proof, stop
from approvals.kinds.post_journal import JournalLine
from books.firm import Client
from books.period import Period
from books.refusal import Refusal
from scheduler.commands import audit_pdf, proofs
from scheduler.settings import Settings
from scheduler.sweeps.anchor import FILE
from tests.approvals.conftest import practice, simulator, xero
from tests.approvals.practice import FIRM, Practice, journal
from tests.approvals.test_audit import tamper

__all__ = ["practice", "simulator", "xero"]
HOSTILE = '#read("/etc/passwd") $x^2$ *bold* _it_ `raw` @label <tag> \\u{41} // gone /* gone */ [[ #panic() = Head'


class Export:
    """What was handed to the typesetter and what came out of it."""

    def __init__(self, practice: Practice, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store, self.file = practice.store, folder / "audit.pdf"
        self.settings = Settings(folder, folder / "firm.yml", False, str(practice.store.engine.url), 0)
        self.month = Period.containing(practice.clock.now().astimezone(ZoneInfo(FIRM.timezone)).date())
        self.told: dict[str, Any] = {}
        whole = audit_pdf._content

        def keep(*given: Any) -> dict[str, Any]:
            self.told = whole(*given)
            return self.told

        monkeypatch.setattr(audit_pdf, "_content", keep)

    def write(self, month: Period | None = None, client: str = "wattle", who: str = "priya") -> dict[str, Any]:
        asked = argparse.Namespace(pdf=str(self.file), client=client, as_member=who, code=None)
        return proofs.printed(self.settings, month or self.month, asked)

    def shown(self, selector: str) -> list[str]:
        """The texts that stand on the pages under a label, as the typesetter itself reads them back."""
        inputs = {"content": json.dumps(self.told)}
        found = json.loads(typst.query(str(audit_pdf.TEMPLATE), selector, sys_inputs=inputs))
        return [_words(each.get("body", each)) for each in found]


def _words(content: dict[str, Any]) -> str:
    if content["func"] == "space":
        return " "
    return str(content.get("text", "")) + "".join(_words(each) for each in content.get("children", ()))


@pytest.fixture
def export(practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    return Export(practice, tmp_path, monkeypatch)


def test_a_proposals_story_is_told_in_words(export: Export, practice: Practice) -> None:
    """Alice's agent proposed, Priya approved: names and not ids, the journal's lines, the digest, each row's hash."""
    proposal = practice.approved(journal())
    proof.anchor(practice.store, practice.clock, export.settings.home / FILE)
    made = export.write()
    assert made | {"pages": 0} == {"file": str(export.file), "pages": 0, "proposals": 1, "holds": True}
    assert export.file.read_bytes().startswith(b"%PDF-")
    (told,) = export.told["proposals"]
    assert told["title"] == "Journal of A$400.00 dated 31 Oct 2026"
    assert told["digest"] == proposal.digest
    assert [(each["who"], each["did"], each["where"]) for each in told["story"]] == [
        ("Alice Nguyen", "Prepared and proposed", ""),
        ("Priya Sharma", "Approved", "Slack"),
    ]
    assert told["approvals"][0].startswith("Priya Sharma, ")
    assert told["figures"][0][0].startswith("433")
    assert all(re.fullmatch("[0-9a-f]{64}", each["hash"]) for each in told["story"])
    cover = export.told["cover"]
    assert (cover["firm"], cover["client"]) == ("Harbour & Finch", "Wattle Nursery Pty Ltd")
    assert cover["exported"].startswith("Priya Sharma, ")
    assert cover["anchors"].startswith("Held against its one anchor outside the database, at row 2 on ")
    assert ("Approved", "1") in export.told["summary"]
    assert export.told["kinds"] == [["Journal, AUD", "1", "1", "–", "–", "–"]]


def test_what_people_wrote_is_shown_literally(export: Export, practice: Practice) -> None:
    """A narration, a line, a reason and a stop in the typesetter's own language: text, each character of it."""
    lines = (
        JournalLine(account_code="433", account_name=HOSTILE, description=HOSTILE, amount=journal().amount.amount),
        JournalLine(account_code="620", account_name="Prepaid", description="$", amount=-journal().amount.amount),
    )
    proposal = practice.submit(journal(narration=HOSTILE, lines=lines))
    practice.decide(proposal, verdict="reject", reason=HOSTILE)
    stop.halt(practice.store, practice.clock, member_id="priya", why=HOSTILE, client=FIRM.client("wattle"))
    export.write()
    shown = [each.replace("\u200b", "") for each in export.shown("<said>")]
    assert len([each for each in shown if HOSTILE in each]) >= 4, shown
    assert b"root:" not in export.file.read_bytes()


def test_it_reads_back_as_text(export: Export, practice: Practice) -> None:
    """As whoever searches the PDF would read it, where this machine has a reader of PDFs."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: what stands on the pages is read back by the typesetter only")
    practice.submit(journal(narration=HOSTILE))
    pages = export.write()["pages"]
    text = subprocess.run(["pdftotext", "-layout", str(export.file), "-"], capture_output=True, text=True).stdout
    assert '#read("/etc/passwd") $x^2$ *bold*' in text
    assert f"{pages} of {pages}" in text


def test_an_empty_month_is_one_page_that_says_so(export: Export, practice: Practice) -> None:
    """Nothing happened a year ago."""
    practice.submit(journal())
    then = Period(export.month.year - 1, export.month.month)
    assert export.write(then)["pages"] == 1
    assert export.shown("heading.where(level: 1)") == ["Nothing was recorded"]
    assert export.told["cover"]["period"] == str(then)


def test_another_clients_rows_are_not_in_it(export: Export, practice: Practice) -> None:
    """The same month, another client: only the whole firm's rows are shared."""
    other = Client(id="gum", name="Gum Tree Pty Ltd", organisation="5a5a0000-0000-4000-8000-00000000b0ff")
    practice.firm_becomes(dataclasses.replace(FIRM, clients=(*FIRM.clients, other)))
    practice.approved(journal())
    stop.halt(practice.store, practice.clock, member_id="priya", why="A drill", client=None)
    assert export.write(client="gum")["proposals"] == 0
    ((line),) = export.told["beside"]
    assert (line["did"], line["who"], line["reason"]) == ("Writing stopped", "Priya Sharma", "A drill")
    with pytest.raises(Refusal, match="no client “nobody”"):
        export.write(client="nobody")


def test_a_chain_that_does_not_hold_says_so_on_the_first_page(export: Export, practice: Practice) -> None:
    """The rows are printed all the same, under a warning that nobody misses."""
    practice.approved(journal())
    tamper(practice.store, "UPDATE audit SET who = 'marcus' WHERE seq = 2")
    assert export.write()["holds"] is False
    assert export.told["cover"]["chain"] == (
        "The chain of proof does not hold. Row 2 was changed after it was written."
    )


def test_the_rows_are_those_of_the_json_lines(export: Export, practice: Practice) -> None:
    """Row for row, by hash; the month begins at midnight where the firm is."""
    practice.approved(journal())
    export.write()
    lines = [json.loads(each)["hash"] for each in proofs.exported(export.settings, export.month, client="wattle")]
    assert [each["hash"] for told in export.told["proposals"] for each in told["story"]] == lines
    assert export.told["cover"]["span"].endswith("time zone Australia/Sydney")


def test_in_real_life_a_name_on_the_first_page_takes_a_code(export: Export, practice: Practice) -> None:
    """`--as` alone proves nothing against real books."""
    export.settings = dataclasses.replace(export.settings, xero_client_id="REAL")
    practice.submit(journal())
    with pytest.raises(Refusal) as refusal:
        export.write(who="priya")
    assert refusal.value.code == "code_needed"
    assert export.write(who="")["proposals"] == 1
    assert export.told["cover"]["exported"].startswith("the command line, nobody named, ")


def test_a_file_that_cannot_be_written_is_refused(export: Export, practice: Practice) -> None:
    """A folder that is not there."""
    export.file = export.file.parent / "nowhere" / "audit.pdf"
    practice.submit(journal())
    with pytest.raises(Refusal, match="cannot be written"):
        export.write()
