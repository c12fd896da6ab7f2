"""`python -m sandbox.statements --client bondi --format ofx --out FILE`: a demo client's month as its bank has it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sandbox.demo import books
from sandbox.demo_books import DEMO_TODAY
from sandbox.statements.feed import bank_accounts, feed_of
from sandbox.statements.formats import FORMATS


def main(words: list[str]) -> int:
    """Writes one file; returns 2 with a sentence when there is no such client, account or month."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.statements", description=__doc__)
    parser.add_argument("--client", required=True, help="the beginning of a demo client's name: bondi, kauri, thames")
    parser.add_argument("--format", required=True, choices=tuple(FORMATS))
    parser.add_argument("--out", required=True, type=Path, metavar="FILE")
    parser.add_argument("--account", default="", metavar="CODE", help="the bank account's code (default: the first)")
    parser.add_argument("--month", default="2026-10", metavar="YYYY-MM")
    asked = parser.parse_args(words)
    shelf = books(DEMO_TODAY)
    named = {str(each["Organisation"]["Name"]): each for each in shelf}  # type: ignore[index]
    client = next((each for name, each in named.items() if name.lower().startswith(asked.client.lower())), None)
    if client is None:
        sys.stderr.write(f"No demo client begins with “{asked.client}”. Next step: use {', '.join(named)}.\n")
        return 2
    accounts = bank_accounts(client)
    account = next((each for each in accounts if asked.account in ("", each["Code"])), None)
    if account is None:
        codes = ", ".join(each["Code"] for each in accounts)
        sys.stderr.write(f"No bank account has the code {asked.account}. Next step: use {codes}.\n")
        return 2
    feed = feed_of(client, account, asked.month)
    asked.out.write_bytes(FORMATS[asked.format](feed))
    sys.stdout.write(
        f"{asked.out}: {feed.name}, {len(feed.lines)} lines, {feed.opening} to {feed.closing} {feed.currency}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
