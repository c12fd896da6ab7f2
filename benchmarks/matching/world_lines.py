"""What happens at a made-up client's bank: each kind of line, in its share, with the documents it pays."""

from __future__ import annotations

from random import Random
from typing import Any

from benchmarks.matching.world_client import DAYS, FIRST_DAY, BankLine, Document, Ledger, Payer
from benchmarks.matching.world_words import PAYOUTS, STRANGERS, as_the_bank_prints, person, spoilt_number

SHARES = (
    *(("exact", 57.0), ("lump", 10.0), ("partial", 6.0), ("fx", 4.0), ("fee", 3.0), ("overpaid", 1.0), ("psp", 0.7)),
    *(("duplicate", 1.0), ("unrelated", 12.0), ("refund", 1.0), ("transfer", 1.0), ("reversal", 0.6), ("ledger", 2.7)),
)
COPIED_AMOUNT, NO_REFERENCE, NEVER_PAID = 0.18, 0.45, 0.04


def fill(ledger: Ledger, count: int) -> None:
    """Gives the ledger `count` lines, the documents they pay and some that nobody pays, numbered by their dates."""
    dice = ledger.dice
    kinds = dice.choices([kind for kind, _ in SHARES], [share for _, share in SHARES], k=count)
    for kind in kinds:
        if len(ledger.lines) >= count:
            break
        _MAKERS[kind](ledger, FIRST_DAY + dice.randrange(DAYS))
    for _ in range(int(len(ledger.documents) * NEVER_PAID)):
        payer = dice.choice(ledger.payers)
        _document(ledger, payer, FIRST_DAY + dice.randrange(-30, DAYS), _cents(ledger, payer))
    del ledger.lines[count:]
    _number(ledger)
    _copy_amounts(ledger)
    ledger.lines.sort(key=lambda line: line.day)
    for place, line in enumerate(ledger.lines):
        line.id = f"{ledger.name}-L{place:06d}"
    dice.shuffle(ledger.documents)


def memory_of(ledger: Ledger, months: int) -> dict[str, Any]:
    """What people of the firm confirmed in earlier months: names under which payers pay, and codings that recur."""
    dice = Random(f"memory of {ledger.name} {ledger.next_number}")
    aliases, seen = [], set()
    for payer in ledger.payers:
        for _ in range(months * 2):  # a payer's lines of earlier months, of which people confirmed some
            text = {"told": as_the_bank_prints(dice, payer.name), "other": payer.other}.get(payer.habit, payer.code)
            if text and dice.random() < 0.6 and (text, payer.id) not in seen:
                seen.add((text, payer.id))
                aliases.append({"payer": text, "contact_id": payer.id, "confirmed_by": "alice"})
    codings = [{"payer": stranger, "account_code": "400"} for stranger in STRANGERS if dice.random() < 0.8]
    return {"aliases": aliases, "rejected": [], "codings": codings}


def _cents(ledger: Ledger, payer: Payer) -> int:
    if payer.prices:
        return ledger.dice.choice(ledger.prices)
    return max(500, int(payer.typical_cents * ledger.dice.lognormvariate(0, 0.6)))


def _document(ledger: Ledger, payer: Payer, day: int, cents: int, kind: str = "") -> Document:
    dice = ledger.dice
    sign = -1 if payer.supplier else 1
    kind = kind or ("ACCPAY" if payer.supplier else "ACCREC")
    order = f"PO{dice.randrange(10000, 99999)}" if dice.random() < 0.3 else ""
    due = day + dice.choice((7, 14, 30))
    document = Document("", kind, payer, "", order, day, due, sign * cents, payer.currency)
    ledger.documents.append(document)
    return document


def _number(ledger: Ledger) -> None:
    """Numbers documents in the order of their dates; bills carry their suppliers' numbers."""
    ledger.documents.sort(key=lambda document: document.day)
    for place, document in enumerate(ledger.documents):
        document.id = f"{ledger.name}-D{place:06d}"
        document.number = f"INV-{ledger.next_number + place:06d}"
        if document.kind == "ACCPAY":
            document.number = f"{document.contact.name[:3].upper()}{ledger.dice.randrange(1000, 999999)}"
        if document.kind.endswith("CREDIT"):
            document.number = f"CN-{place:05d}"
    for line in ledger.lines:
        _write_texts(ledger, line)


def _line(
    ledger: Ledger, kind: str, day: int, cents: int, payer: Payer | None, *paid: tuple[Document, int]
) -> BankLine:
    line = BankLine("", "bank", day, cents, "AUD", "", "", "", kind, paid, payer)
    ledger.lines.append(line)
    return line


def _write_texts(ledger: Ledger, line: BankLine) -> None:
    """The payer's name and the documents' numbers as they come through the bank, if they come through."""
    dice = ledger.dice
    if line.contact is None or line.payer or line.reference:
        return
    line.payer_told = line.contact.habit == "told"
    if line.payer_told:
        line.payer = as_the_bank_prints(dice, line.contact.name)
    elif line.contact.habit == "other":
        line.payer = line.contact.other
    else:
        line.description = f"DEPOSIT {line.contact.code}".strip()
    if dice.random() >= NO_REFERENCE:
        told = [document for document, _ in line.pays][: 1 if dice.random() < 0.3 else 40]
        line.reference = " ".join(spoilt_number(dice, each.number, each.order) for each in told)[:70]
    elif dice.random() < 0.4:
        line.reference = dice.choice(
            ("PAYMENT", "THANK YOU", f"{dice.randrange(1, 13):02d}/2026", "ACCOUNT", "INVOICES")
        )


def _payer(ledger: Ledger, *, currency: str = "AUD") -> Payer:
    """A payer in this currency, a few of them far more often than the others; in AUD when nobody has another."""
    if all(payer.currency != currency for payer in ledger.payers):
        currency = "AUD"
    while True:
        payer = ledger.payers[int(ledger.dice.expovariate(1 / 60)) % len(ledger.payers)]
        if payer.currency == currency:
            return payer


def _exact(ledger: Ledger, day: int) -> None:
    payer = _payer(ledger)
    document = _document(ledger, payer, day - _delay(ledger), _cents(ledger, payer))
    _line(ledger, "exact", day, document.cents, payer, (document, document.cents))


def _delay(ledger: Ledger) -> int:
    return min(90, max(0, int(ledger.dice.lognormvariate(3.1, 0.6))))


def _lump(ledger: Ledger, day: int) -> None:
    payer, dice = _payer(ledger), ledger.dice
    size = dice.randrange(13, 41) if dice.random() < 0.03 else dice.randrange(2, 13)
    month = dice.random() < 0.5  # either a month's statement, or whatever was picked
    start = day - _delay(ledger) - 20
    paid = [
        _document(ledger, payer, start + dice.randrange(15) if month else day - _delay(ledger), _cents(ledger, payer))
        for _ in range(size)
    ]
    _line(ledger, "lump", day, sum(each.cents for each in paid), payer, *((each, each.cents) for each in paid))


def _partial(ledger: Ledger, day: int) -> None:
    payer, dice = _payer(ledger), ledger.dice
    document = _document(ledger, payer, day - _delay(ledger), _cents(ledger, payer) * 2)
    share = dice.choice((0.5, 0.25, 0.3, 0.4)) if dice.random() < 0.5 else dice.uniform(0.15, 0.85)
    first = int(document.cents * share)
    _line(ledger, "partial", day, first, payer, (document, first))
    if dice.random() < 0.5:
        rest = document.cents - first
        _line(ledger, "partial", day + dice.randrange(5, 30), rest, payer, (document, rest))


def _fx(ledger: Ledger, day: int) -> None:
    dice = ledger.dice
    payer = _payer(ledger, currency="USD" if dice.random() < 0.5 else "AUD")
    document = _document(ledger, payer, day - _delay(ledger), _cents(ledger, payer))
    rate = ledger.daily_rate[day] if payer.currency == "USD" else 1.0
    cents = int(document.cents * rate * dice.uniform(0.975, 1.025))
    _line(ledger, "fx", day, cents, payer, (document, document.cents))


def _fee(ledger: Ledger, day: int) -> None:
    payer, dice = _payer(ledger), ledger.dice
    document = _document(ledger, payer, day - _delay(ledger), _cents(ledger, payer))
    fee = (
        dice.choice((1000, 1500, 2500)) if dice.random() < 0.4 else int(abs(document.cents) * dice.uniform(0.005, 0.03))
    )
    fee = min(fee, abs(document.cents) // 5)
    cents = document.cents - fee
    _line(ledger, "fee", day, cents, payer, (document, document.cents))


def _overpaid(ledger: Ledger, day: int) -> None:
    payer = _payer(ledger)
    document = _document(ledger, payer, day - _delay(ledger), _cents(ledger, payer))
    cents = int(document.cents * ledger.dice.uniform(1.03, 1.4))
    _line(ledger, "overpaid", day, cents, payer, (document, document.cents))


def _psp(ledger: Ledger, day: int) -> None:
    dice = ledger.dice
    paid = []
    for _ in range(dice.randrange(3, 11)):
        payer = _payer(ledger)
        if not payer.supplier:
            paid.append(_document(ledger, payer, day - dice.randrange(1, 20), _cents(ledger, payer)))
    gross = sum(each.cents for each in paid)
    line = _line(ledger, "psp", day, int(gross * 0.983) - 30 * len(paid), None, *((each, each.cents) for each in paid))
    line.payer = dice.choice(PAYOUTS)
    line.payer_told = False


def _duplicate(ledger: Ledger, day: int) -> None:
    _exact(ledger, day)
    paid = ledger.lines[-1]
    twin = _line(ledger, "duplicate", day + ledger.dice.randrange(0, 12), paid.cents, paid.contact)
    twin.reference = "?"  # its texts are the first one's, which are written last
    ledger.twins.append((paid, twin))


def _unrelated(ledger: Ledger, day: int) -> None:
    dice = ledger.dice
    cents = int(dice.lognormvariate(10, 1.2)) * dice.choice((1, 1, -1))
    line = _line(ledger, "unrelated", day, cents or 1, None)
    line.payer = dice.choice(STRANGERS) if dice.random() < 0.6 else person(dice).upper()
    if dice.random() < 0.3:
        line.description = f"REF {dice.randrange(1000, 9999999)}"


def _copy_amounts(ledger: Ledger) -> None:
    for line in ledger.lines:
        if line.kind == "unrelated" and ledger.dice.random() < COPIED_AMOUNT:
            line.cents = ledger.dice.choice(ledger.documents).cents
    for paid, twin in ledger.twins:
        twin.payer, twin.reference, twin.description = paid.payer, paid.reference, paid.description


def _refund(ledger: Ledger, day: int) -> None:
    payer = _payer(ledger)
    cents = _cents(ledger, payer)
    kind = "ACCPAYCREDIT" if payer.supplier else "ACCRECCREDIT"
    document = _document(ledger, payer, day - _delay(ledger), -cents, kind)
    _line(ledger, "refund", day, document.cents, payer, (document, document.cents))


def _transfer(ledger: Ledger, day: int) -> None:
    dice = ledger.dice
    cents = dice.randrange(5, 400) * 10000
    away = _line(ledger, "transfer", day, -cents, None)
    home = _line(ledger, "transfer", day + dice.randrange(0, 3), cents, None)
    home.bank, away.payer, home.payer = "savings", "TRANSFER TO SAVINGS", "TRANSFER FROM CHEQUE"


def _reversal(ledger: Ledger, day: int) -> None:
    payer = _payer(ledger)
    cents = _cents(ledger, payer)
    first = _line(ledger, "reversal", day, cents, None)
    back = _line(ledger, "reversal", day + ledger.dice.randrange(1, 6), -cents, None)
    first.payer = payer.name.upper()
    back.payer, back.description = first.payer, ledger.dice.choice(("DISHONOUR", "REVERSAL", "RETURNED PAYMENT"))


def _ledger(ledger: Ledger, day: int) -> None:
    payer = _payer(ledger)
    cents = int(ledger.dice.lognormvariate(10, 1))
    kind = "SPEND" if payer.supplier else "RECEIVE"
    document = _document(ledger, payer, day - ledger.dice.randrange(0, 6), cents, kind)
    _line(ledger, "ledger", day, document.cents, payer, (document, document.cents))


_MAKERS = {
    "exact": _exact,
    "lump": _lump,
    "partial": _partial,
    "fx": _fx,
    "fee": _fee,
    "overpaid": _overpaid,
    "psp": _psp,
    "duplicate": _duplicate,
    "unrelated": _unrelated,
    "refund": _refund,
    "transfer": _transfer,
    "reversal": _reversal,
    "ledger": _ledger,
}
