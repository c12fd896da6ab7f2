"""The sandbox's own firm file: the firm that was given, with exactly the clients whose books are open."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

_ENDINGS = re.compile(r"\b(pty|ltd|limited|llc|inc|gmbh|plc|co|company|corp|corporation)\b\.?", re.IGNORECASE)
_ZONES = {
    "AU": "Australia/Sydney", "NZ": "Pacific/Auckland", "GB": "Europe/London", "US": "America/New_York",
    "IE": "Europe/Dublin", "CA": "America/Toronto", "SG": "Asia/Singapore", "ZA": "Africa/Johannesburg",
}  # fmt: skip


def write_firm_file(given: Path, organisations: Sequence[Mapping[str, str]], out: Path) -> Path:
    """Writes the firm of `given` with a client for each open organisation (id, name, country) and returns `out`.

    Clients that the given file names keep their settings; the others get an id, channels and a time zone of their own.
    A member who may see some clients only sees those of them that are open.
    """
    firm: dict[str, Any] = yaml.safe_load(given.read_text())
    known = {client["organisation"]: client for client in firm.get("clients") or []}
    firm["clients"] = _told_apart([known.get(each["id"]) or _client(each) for each in organisations])
    open_ids = {client["id"] for client in firm["clients"]}
    for member in firm.get("members") or []:
        if "clients" in member:
            member["clients"] = [each for each in member["clients"] if each in open_ids]
    out.parent.mkdir(parents=True, exist_ok=True)
    heading = f"# Written by the sandbox from {given.name}: the clients are the books that are open.\n"
    out.write_text(heading + yaml.safe_dump(firm, sort_keys=False, allow_unicode=True))
    return out


def _told_apart(clients: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The clients with ids and aliases that no two of them share."""
    ids: set[str] = set()
    said = {client["name"].lower() for client in clients}
    for client in clients:
        base, number = client["id"], 2
        while client["id"] in ids:
            client["id"], number = f"{base}-{number}", number + 1
        ids.add(client["id"])
        client["aliases"] = [alias for alias in client.get("aliases") or [] if alias.lower() not in said]
        said |= {alias.lower() for alias in client["aliases"]}
    return clients


def _client(organisation: Mapping[str, str]) -> dict[str, Any]:
    name = organisation["name"]
    short = " ".join(_ENDINGS.sub(" ", name).split()).strip(" ,") or name
    letters = unicodedata.normalize("NFKD", short).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters.replace("'", "")).strip("-")[:40] or "client"
    code = hashlib.sha256(organisation["id"].encode()).hexdigest()[:8].upper()
    return {
        "id": slug,
        "name": name,
        "aliases": [short] if short != name else [],
        "organisation": organisation["id"],
        "timezone": _ZONES.get(organisation.get("country", ""), "UTC"),
        "channels": {"slack": f"C{code}", "teams": f"19:{code.lower()}@thread.tacv2"},
    }
