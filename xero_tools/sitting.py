"""One sitting over a client's books: what was read in it is not read again, so that Xero's sixty calls last longer."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable

import msgspec

from books.refusal import Refusal
from xero_tools.gateway import Gateway, Params, WriteAnswer
from xero_tools.one import segment

MOST_AT_ONCE = 40
"""How many ids one question names: forty of them are as long as an address should become."""
_Key = tuple[str, str, str, tuple[tuple[str, str], ...]]


class Sitting(Gateway):
    """The same door with the same tokens, pace and meter, for reads that belong together and are over in seconds.

    Everything read in it is of one look at the books. A click, the executor and “Look again” read through the plain
    door. A refusal is not kept, and a write ends all that was known. Threads may share one. Where nobody waits for it
    (`interactive` False), people's calls go before all of its.
    """

    def __init__(self, gateway: Gateway, *, interactive: bool = True) -> None:
        vars(self).update(vars(gateway))  # everything is shared: two doors would pass Xero's limits together
        self._door, self._interactive = gateway, interactive
        self._known: dict[_Key, bytes] = {}
        self._turn = threading.RLock()

    def read(
        self,
        organisation: str,
        path: str,
        params: Params | None = None,
        *,
        modified_since: dt.datetime | None = None,
        interactive: bool = True,
        accept: str = "application/json",
    ) -> bytes:
        """The body as this sitting knows it, else as Xero has it now."""
        key = _key(organisation, path, params, f"{accept} {modified_since or ''}")
        first = interactive and self._interactive
        with self._turn:
            if key not in self._known:
                self._known[key] = self._door.read(
                    organisation, path, params, modified_since=modified_since, interactive=first, accept=accept
                )
            return self._known[key]

    def read_anew(self, organisation: str, path: str) -> None:
        """Forgets what was read of a path: its list moved while it was read."""
        with self._turn:
            for key in [each for each in self._known if each[:2] == (organisation, path.strip("/"))]:
                del self._known[key]

    def read_ahead(self, organisation: str, invoice_ids: Iterable[str]) -> None:
        """Reads these invoices and bills, forty by a call; whoever then asks for one of them costs Xero nothing.

        What Xero does not give so is read singly by whoever needs it, and its refusal is theirs.
        """
        wanted = [
            each
            for each in dict.fromkeys(invoice_ids)
            if _key(organisation, f"Invoices/{segment(each)}", None, _PLAIN) not in self._known
        ]
        if len(wanted) < 2:
            return
        for start in range(0, len(wanted), MOST_AT_ONCE):
            part = wanted[start : start + MOST_AT_ONCE]
            query: Params = {"IDs": ",".join(part), "page": 1, "pageSize": MOST_AT_ONCE}
            try:
                found = msgspec.json.decode(self.read(organisation, "Invoices", query), type=_Documents).Invoices
            except (Refusal, msgspec.DecodeError):
                return
            with self._turn:
                for raw in found:
                    name = msgspec.json.decode(raw, type=_Named).InvoiceID
                    key = _key(organisation, f"Invoices/{segment(name)}", None, _PLAIN)
                    self._known[key] = b'{"Invoices":[' + bytes(raw) + b"]}"

    def write(
        self,
        organisation: str,
        method: str,
        path: str,
        body: bytes,
        *,
        idempotency_key: str,
        content_type: str = "application/json",
        api: str = "",
    ) -> WriteAnswer:
        """As the plain door does; nothing that was read before it is believed after it."""
        with self._turn:
            self._known.clear()
        return self._door.write(
            organisation, method, path, body, idempotency_key=idempotency_key, content_type=content_type, api=api
        )


class _Named(msgspec.Struct):
    InvoiceID: str


class _Documents(msgspec.Struct):
    Invoices: list[msgspec.Raw]


_PLAIN = "application/json "


def _key(organisation: str, path: str, params: Params | None, how: str) -> _Key:
    return organisation, path.strip("/"), how, tuple(sorted((name, str(each)) for name, each in (params or {}).items()))
