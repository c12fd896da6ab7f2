"""Stable identifiers: the same document has the same uuid in every run."""

from __future__ import annotations

from uuid import UUID, uuid5

NAMESPACE = UUID("5f1d7c0e-2b7a-4f0e-9d53-7e0c0000f17e")


def identifier(client: str, kind: str, key: str) -> str:
    """The uuid5 of one document of one client, e.g. `identifier("bondi-coffee", "Invoice", "INV-1043")`."""
    return str(uuid5(NAMESPACE, f"{client}/{kind}/{key}"))
