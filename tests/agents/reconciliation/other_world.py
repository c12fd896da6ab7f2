"""A second world, built otherwise than the benchmark's: a European practice whose banks put everything in one text.

Fewer and larger customers, subscriptions of the same amount every month, numbers like 2026/00123 or five plain digits,
dates in the texts, umlauts, bills written negative, columns in another order. Nothing here shares code with the
benchmark's generator, so that agreement on both is no accident of writing.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

TOWNS = ("Köln", "Bremen", "Graz", "Linz", "Zürich", "Basel", "Mainz", "Ulm", "Trier", "Wien", "Kassel", "Bonn", "Jena")
CRAFTS = (
    "Bäckerei",
    "Druckerei",
    "Gärtnerei",
    "Schlosserei",
    "Brauerei",
    "Spedition",
    "Apotheke",
    "Kanzlei",
    "Werkstatt",
)
HOUSES = ("Müller", "Schäfer", "Weiß", "König", "Lang", "Busch", "Vogt", "Krämer", "Jäger", "Böhm", "Otto", "Ernst")
FORMS = ("GmbH", "AG", "KG", "e.K.", "OHG", "& Söhne GmbH", "")
LEADS = ("GUTSCHRIFT", "SEPA-UEBERWEISUNG", "ZAHLUNG VON", "", "EINGANG")
ASIDES = ("", "VIELEN DANK", "SIEHE AVIS", "KD-NR 4711", "GEM. ABSPRACHE")
JANUARY = dt.date(2026, 1, 5)


def write(folder: Path, seed: int, *, clients: int = 3, months: int = 9) -> None:
    """Writes lines.csv, open_items.csv and truth.csv in the columns of the benchmark, in another order."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    truth: list[dict[str, Any]] = []
    for place in range(clients):
        _Practice(Random(seed * 1000 + place), f"mandant-{place}", lines, items, truth).live(months)
    lines.sort(key=lambda line: line["date"], reverse=True)
    for name, rows in (("lines", lines), ("open_items", items), ("truth", truth)):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            table = csv.DictWriter(file, sorted(rows[0]))
            table.writeheader()
            table.writerows(rows)


class _Practice:
    def __init__(self, dice: Random, name: str, lines: list[Any], items: list[Any], truth: list[Any]) -> None:
        self.dice, self.name, self.lines, self.items, self.truth = dice, name, lines, items, truth
        self.yearly = dice.random() < 0.6
        self.number = dice.randrange(20, 300) if self.yearly else dice.randrange(21000, 70000)
        names = {f"{dice.choice(CRAFTS)} {dice.choice(HOUSES)} {dice.choice(FORMS)}".strip() for _ in range(45)}
        names |= {f"{dice.choice(HOUSES)} {dice.choice(TOWNS)} {dice.choice(FORMS)}".strip() for _ in range(25)}
        self.contacts = sorted(names)
        self.subscribers = {name: dice.randrange(20, 400) * 100 for name in self.contacts[::4]}
        self.suppliers = set(self.contacts[1::5])

    def live(self, months: int) -> None:
        """Documents in the order of their days, then what the bank sees of them."""
        documents = []
        for month in range(months):
            for name in self.contacts:
                for _ in range(1 if name in self.subscribers else self.dice.randrange(0, 5)):
                    day = JANUARY + dt.timedelta(days=30 * month + self.dice.randrange(26))
                    documents.append((day, name))
        waiting: dict[str, list[dict[str, Any]]] = {}
        for day, name in sorted(documents):
            waiting.setdefault(name, []).append(self._document(day, name))
        for name, own in waiting.items():
            while own:
                self._pay(name, own)
        for _ in range(60):
            self._stranger()

    def _document(self, day: dt.date, name: str) -> dict[str, Any]:
        self.number += 1
        number = f"{day.year}/{self.number:05d}" if self.yearly else str(self.number)
        cents = self.subscribers.get(name) or int(self.dice.paretovariate(1.1) * 9000) % 3000000 + 1500
        bill = name in self.suppliers
        document = {
            "item_id": f"{self.name}:{len(self.items)}",
            "client": self.name,
            "kind": "bill" if bill else "invoice",
            "contact_id": f"{self.name}/{self.contacts.index(name)}",
            "contact_name": name,
            "number": number if not bill else f"{name[:2].upper()}-{self.dice.randrange(10**6, 10**7)}",
            "reference": "",
            "date": day.isoformat(),
            "due_date": "",
            "amount_due": f"{(-cents if bill else cents) / 100:.2f}",
            "currency": "EUR",
        }
        self.items.append(document)
        return {**document, "cents": -cents if bill else cents, "day": day}

    def _pay(self, name: str, own: list[dict[str, Any]]) -> None:
        dice = self.dice
        count = dice.randrange(2, 6) if dice.random() < 0.2 else 1
        paid, own[:] = own[:count], own[count:]
        day = max(each["day"] for each in paid) + dt.timedelta(days=dice.randrange(2, 40))
        if dice.random() < 0.05:
            return  # never paid
        cents = sum(each["cents"] for each in paid)
        kind = "lump" if len(paid) > 1 else "exact"
        if len(paid) == 1 and dice.random() < 0.08:
            kind, cents = "discount", round(cents * 0.98)
        elif len(paid) == 1 and dice.random() < 0.06:
            kind, cents = "partial", cents // 2
        numbers = ", ".join(each["number"] for each in paid) if dice.random() < 0.6 else ""
        if numbers and dice.random() < 0.5:
            numbers = f"RE {numbers} VOM {paid[0]['day'].strftime('%d.%m.')}"
        shown = name.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae") if dice.random() < 0.5 else name.upper()
        text = " ".join(filter(None, (dice.choice(LEADS), shown[:27], numbers, dice.choice(ASIDES))))
        self._line(day, cents, text, kind, paid)
        if dice.random() < 0.015 and kind == "exact":
            self._line(day + dt.timedelta(days=2), cents, self.lines[-1]["description"], "duplicate", [])

    def _line(self, day: dt.date, cents: int, text: str, kind: str, paid: list[dict[str, Any]]) -> None:
        line_id = f"{self.name}#{len(self.lines)}"
        row = {"line_id": line_id, "client": self.name, "account": "DE02", "date": day.isoformat(), "currency": "EUR"}
        self.lines.append({**row, "amount": f"{cents / 100:.2f}", "payer": "", "reference": "", "description": text})
        rows = [{"item_id": each["item_id"], "allocated": ""} for each in paid] or [{"item_id": "", "allocated": ""}]
        self.truth.extend(
            {"line_id": line_id, "kind": kind, "contact_id": "", "payer_told": "1", **each} for each in rows
        )

    def _stranger(self) -> None:
        dice = self.dice
        cents = (
            int(float(dice.choice(self.items)["amount_due"]) * 100)
            if dice.random() < 0.2
            else dice.randrange(-99999, -100)
        )
        words = (
            "FINANZAMT UST",
            "STADTWERKE ABSCHLAG",
            "LOHN 07/2026",
            "MIETE HALLE 3",
            "KARTENZAHLUNG TANKSTELLE 20471",
        )
        self._line(JANUARY + dt.timedelta(days=dice.randrange(270)), cents, dice.choice(words), "unrelated", [])
