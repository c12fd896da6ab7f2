"""`python -m tests.agents.reconciliation.statements.fuzz FILES=100000`: damaged files read or refused."""

from __future__ import annotations

import resource
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

import yaml

from agents.reconciliation.statements.bounds import MAX_FIELD
from agents.reconciliation.statements.continuity import tie_out
from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.reading import read_statement
from agents.reconciliation.statements.words import clean
from books.records import Statement
from books.refusal import Refusal
from tests.agents.reconciliation.statements.mutations import mutated

CORPUS = Path(__file__).parent / "corpus"
SLOWEST_SECONDS = 2.0
MOST_MEMORY_MB = 500
GIVEN = Expected(currency="AUD", account="fuzz")


def good_files() -> list[bytes]:
    """The corpus' files that read, the small ones: what damage is done to."""
    wanted = yaml.safe_load((CORPUS / "expected.yml").read_text())
    return [(CORPUS / name).read_bytes() for name in sorted(wanted) if "lines" in wanted[name]]


def outcome(content: bytes) -> Reading | str:
    """What became of a file: its reading, or the words of its refusal; anything else is raised."""
    try:
        reading = read_statement(content, GIVEN)
    except Refusal as refusal:
        return f"{refusal.code}: {refusal.words} {refusal.next_step}"
    for statement in reading.statements:
        check(statement)
    return reading


def check(statement: Statement) -> None:
    """What must be true of whatever was read, however the file was damaged."""
    assert len({line.id for line in statement.lines}) == len(statement.lines), "two lines share an identity"
    for line in statement.lines:
        assert statement.start <= line.date <= statement.end
        assert line.amount.currency == statement.currency
        assert abs(line.amount.amount) < 10**15
        for text in (line.payer, line.reference, line.description, line.bank_id):
            assert len(text) <= MAX_FIELD
            assert text == clean(text), "unseen characters are left"
    tie_out(statement)


def play(first: int, count: int, *, twice_every: int = 10) -> tuple[Counter[str], list[str]]:
    """Plays seeds first to first+count-1; returns (what became of them, what went wrong)."""
    files, became, wrong = good_files(), Counter[str](), list[str]()
    for seed in range(first, first + count):
        content, begun = mutated(seed, files), time.process_time()
        try:
            found = outcome(content)
            seconds = time.process_time() - begun
            if seed % twice_every == 0 and outcome(content) != found:
                wrong.append(f"seed {seed}: reads differently the second time")
        except Exception as error:  # noqa: BLE001 - any crash is what the run looks for
            where = traceback.extract_tb(error.__traceback__)[-1]
            wrong.append(f"seed {seed}: {type(error).__name__} {error!s:.120} at {where.filename}:{where.lineno}")
            continue
        if seconds > SLOWEST_SECONDS:
            wrong.append(f"seed {seed}: {seconds:.1f} s")
        became["read" if isinstance(found, Reading) else found.split(":")[0]] += 1
    return became, wrong


def main(words: list[str]) -> int:
    """Plays FILES seeds from FIRST on in this process; exit code 1 if anything went wrong."""
    asked = dict(word.split("=", 1) for word in words)
    first, count = int(asked.get("FIRST", 0)), int(asked.get("FILES", 100_000))
    begun, became, broken, wrong_count = time.process_time(), Counter[str](), 0, 0
    for part in range(first, first + count, 5_000):
        some, wrong = play(part, min(5_000, first + count - part))
        became += some
        broken += len(wrong)
        for line in wrong[: max(0, 30 - wrong_count)]:
            print(line, flush=True)
        wrong_count += len(wrong)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = time.process_time() - begun
    told = ", ".join(f"{count} {what}" for what, count in became.most_common())
    print(f"{sum(became.values())} files: {told}; {broken} wrong; {seconds:.0f} s cpu, {memory_mb:.0f} MB at most")
    return 1 if broken or memory_mb > MOST_MEMORY_MB else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
