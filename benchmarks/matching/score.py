"""Matches held to the truth: precision with its interval, recall by kind, strangers proposed."""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.matching.ceiling import ceiling


def interval(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson (1927)."""
    if not trials:
        return 0.0, 1.0
    z, share = 1.96, hits / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return middle - half, middle + half


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def score_world(world: Path, matches: Path) -> str:
    """The printed score of `matches`, by tier, kind and rule."""
    facts: dict[str, tuple[str, str]] = {}
    for name in ("open_items.csv", "transactions.csv"):
        if (world / name).exists():
            facts.update(
                {
                    row["item_id"]: (row["contact_id"] or row["contact_name"], row["amount_due"])
                    for row in _read(world / name)
                }
            )
    truth: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, str] = {}
    for row in _read(world / "truth.csv"):
        kinds[row["line_id"]] = row["kind"]
        truth[row["line_id"]].update({row["item_id"]} - {""})
    said: dict[str, set[str]] = defaultdict(set)
    tiers: dict[str, tuple[str, str]] = {}
    for row in _read(matches):
        if row["tier"] in ("sure", "likely"):
            said[row["line_id"]].add(row["item_id"])
            tiers[row["line_id"]] = (row["tier"], row["rule"])
    strict = {line for line in said if said[line] == truth[line]}
    equal = {
        line
        for line in said
        if truth[line] and sorted(facts[i] for i in said[line]) == sorted(facts[i] for i in truth[line])
    }
    matchable = [line for line in kinds if truth[line]]
    lines = []
    for title, chosen in (
        ("sure", {line for line in said if tiers[line][0] == "sure"}),
        ("sure and likely", set(said)),
    ):
        for word, right in (("strict", strict), ("equivalent", equal)):
            hits = len(chosen & right)
            low, high = interval(hits, len(chosen))
            lines.append(
                f"{title:16} {word:11} precision {hits / max(1, len(chosen)):.4f} ({low:.4f}-{high:.4f})"
                f"  recall {hits / max(1, len(matchable)):.4f}"
            )
        strangers = sum(1 for line in chosen if not truth[line])
        lines.append(f"{title:16} unrelated lines proposed per 10,000: {strangers * 10000 / max(1, len(kinds)):.2f}")
    lines += _determinable(world)
    lines += _by_kind(kinds, tiers, strict, equal)
    lines += _by_rule(said, tiers, strict, equal)
    return "\n".join(lines)


def _determinable(world: Path) -> list[str]:
    items = {row["item_id"]: row for row in _read(world / "open_items.csv")}
    if (world / "transactions.csv").exists():
        items |= {row["item_id"]: row for row in _read(world / "transactions.csv")}
    truth: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _read(world / "truth.csv"):
        if row["item_id"]:
            truth[row["line_id"]].append(row)
    shares = ceiling(_read(world / "lines.csv"), items, truth)
    if shares is None:
        return ["determinable: the truth does not say whose payer is told"]
    return [f"determinable without a guess: strict {shares[0]:.4f}, equivalent {shares[1]:.4f} of the matchable lines"]


def _by_kind(kinds: dict[str, str], tiers: dict[str, tuple[str, str]], strict: set[str], equal: set[str]) -> list[str]:
    lines = [f"{'kind':12}{'lines':>8}{'sure':>8}{'all strict':>12}{'all equiv.':>12}{'proposed':>10}"]
    for kind, count in Counter(kinds.values()).most_common():
        own = [line for line, each in kinds.items() if each == kind]
        sure = sum(1 for line in own if line in strict and tiers[line][0] == "sure")
        shares = (
            sure,
            sum(line in strict for line in own),
            sum(line in equal for line in own),
            sum(line in tiers for line in own),
        )
        lines.append(
            f"{kind:12}{count:8}"
            + "".join(f"{share / count:{wide}.3f}" for share, wide in zip(shares, (8, 12, 12, 10), strict=True))
        )
    return lines


def _by_rule(
    said: dict[str, set[str]], tiers: dict[str, tuple[str, str]], strict: set[str], equal: set[str]
) -> list[str]:
    lines = [f"{'tier':8}{'rule':22}{'lines':>8}{'strict':>9}{'equiv.':>9}"]
    for (tier, rule), count in sorted(Counter(tiers[line] for line in said).items()):
        own = [line for line in said if tiers[line] == (tier, rule)]
        shares = (sum(line in right for line in own) / count for right in (strict, equal))
        lines.append(f"{tier:8}{rule:22}{count:8}" + "".join(f"{share:9.4f}" for share in shares))
    return lines
