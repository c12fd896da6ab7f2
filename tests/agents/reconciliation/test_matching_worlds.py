"""The command line on two worlds of different make: what is sure is right, and the score says so."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from benchmarks.matching.__main__ import main
from benchmarks.matching.score import interval
from tests.agents.reconciliation.other_world import write


def figures(told: str) -> dict[str, float]:
    """The figures of a printed score by tier and word, such as `sure strict recall`."""
    found = {}
    for tier, word, precision, recall in re.findall(
        r"^(sure and likely|sure) +(strict|equivalent) +precision ([\d.]+).*recall ([\d.]+)$", told, re.M
    ):
        found[f"{tier} {word} precision"], found[f"{tier} {word} recall"] = float(precision), float(recall)
    return found


def test_our_own_world(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    """4,000 lines of two clients, seed 5: sure ones are right but for a stray one; memory brings more of them."""
    assert main(["world", "--lines", "4000", "--seed", "5", "--out", str(tmp_path), "--months", "3"]) == 0
    matches = tmp_path / "matches.csv"
    found = []
    for memory in ([], ["--memory", str(tmp_path / "memory.json")]):
        assert main(["run", "--world", str(tmp_path), "--out", str(matches), *memory]) == 0
        capsys.readouterr()
        main(["score", "--world", str(tmp_path), "--matches", str(matches)])
        found.append(figures(capsys.readouterr().out))
    for each in found:
        assert each["sure strict precision"] >= 0.998
        assert each["sure and likely equivalent precision"] >= 0.98
    assert found[0]["sure strict recall"] >= 0.70
    assert found[0]["sure and likely equivalent recall"] >= 0.83
    assert found[1]["sure strict recall"] > found[0]["sure strict recall"]


def test_a_world_of_other_make(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    """European texts in one column, columns in another order, bills negative, no ledger transactions."""
    write(tmp_path, seed=3)
    matches = tmp_path / "matches.csv"
    assert main(["run", "--world", str(tmp_path), "--out", str(matches)]) == 0
    capsys.readouterr()
    main(["score", "--world", str(tmp_path), "--matches", str(matches)])
    found = figures(capsys.readouterr().out)
    assert found["sure strict precision"] >= 0.998
    assert found["sure strict recall"] >= 0.85


def test_no_item_is_allocated_beyond_what_is_due(tmp_path: Path) -> None:
    """Whatever the rules decide, an item's allocations never add up to more than its amount."""
    main(["world", "--lines", "2000", "--seed", "9", "--out", str(tmp_path)])
    main(["run", "--world", str(tmp_path), "--out", str(tmp_path / "matches.csv")])
    due: dict[str, int] = {}
    for name in ("open_items", "transactions"):
        with (tmp_path / f"{name}.csv").open(newline="") as file:
            due |= {row["item_id"]: abs(int(row["amount_due"].replace(".", ""))) for row in csv.DictReader(file)}
    with (tmp_path / "matches.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            due[row["item_id"]] -= abs(int(row["allocated"].replace(".", "")))
    assert not [item for item, left in due.items() if left < 0]


def test_columns_may_be_missing_quoted_and_in_any_order(tmp_path: Path) -> None:
    """Only what is needed stands there: no payer, no due date, an amount with thousands, a line end within quotes."""
    (tmp_path / "lines.csv").write_text(
        'amount,date,line_id,description,extra\n"1,250.00",2026-10-20T00:00:00,L1,"ACME JOINERY\nINV-4512",x\n'
    )
    (tmp_path / "open_items.csv").write_text(
        "\ufeffkind,amount_due,number,item_id,contact_name,date\ninvoice,1250,INV-4512,A,Acme Joinery Ltd,2026-10-01\n"
    )
    main(["run", "--world", str(tmp_path), "--out", str(tmp_path / "matches.csv")])
    rows = (tmp_path / "matches.csv").read_text().splitlines()
    assert rows[0] == "line_id,item_id,allocated,tier,rule,confidence"
    assert rows[1].startswith("L1,A,1250.00,sure,reference_amount,")


def test_the_interval_is_wilson_s() -> None:
    low, high = interval(999, 1000)
    assert (round(low, 4), round(high, 4)) == (0.9944, 0.9998)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("line_id,client,date,amount\n1,acme,31/10/2026,5.00\n", "“31/10/2026” is no date such as 2026-10-31"),
        ("line_id,client,date,amount\n1,acme,2026-10-31,(5.00)\n", "“(5.00)” is no amount such as -1250.00"),
    ],
)
def test_a_world_that_cannot_be_read_is_refused_in_words(
    lines: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["run", "--world", str(tmp_path), "--out", str(tmp_path / "matches.csv")]
    assert main(run) == 2
    assert "lines.csv is not there" in capsys.readouterr().err
    (tmp_path / "lines.csv").write_text(lines)
    (tmp_path / "open_items.csv").write_text("item_id,client,kind,amount_due\n")
    assert main(run) == 2
    assert said in capsys.readouterr().err
