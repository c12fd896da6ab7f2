"""Who allowed which app what: authorisations, one-time codes, rotating refresh tokens and connections."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sandbox.xero.scopes import EVERYTHING
from sandbox.xero.store import Store
from sandbox.xero.tokens import ACCESS_SECONDS, CLIENTS, TokenRefusedError, access_token, read_token
from sandbox.xero.wire import Json, now_seconds, steady_id

CODE_SECONDS = 5 * 60
REFRESH_SECONDS = 60 * 24 * 3600
GRACE_SECONDS = 30 * 60  # a refresh token that was used serves again for so long, in case its answer was lost
_SCHEMA = """
CREATE TABLE IF NOT EXISTS authorisations(
  event TEXT PRIMARY KEY, client TEXT NOT NULL, scope TEXT NOT NULL, ended INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS codes(
  hash TEXT PRIMARY KEY, event TEXT NOT NULL, redirect TEXT NOT NULL, challenge TEXT NOT NULL, expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS refresh_tokens(
  hash TEXT PRIMARY KEY, event TEXT NOT NULL, expires REAL NOT NULL, used REAL);
CREATE TABLE IF NOT EXISTS connections(
  client TEXT NOT NULL, organisation TEXT NOT NULL, id TEXT NOT NULL, event TEXT NOT NULL, created REAL NOT NULL,
  updated REAL NOT NULL, PRIMARY KEY(client, organisation));
"""


@dataclass
class Authority:
    """The identity server's memory; the one person who consents here is the sandbox's."""

    store: Store
    clock: Callable[[], float] = now_seconds
    issued: int = field(default=0, init=False)  # token answers given, for tests that count them

    def __post_init__(self) -> None:
        self.store.db.executescript(_SCHEMA)

    # consent

    def allow(self, client: str, scope: str, organisations: list[str], redirect: str, challenge: str) -> str:
        """A person has allowed it: the connections stand, and the one-time code that the app gets."""
        event, code, now = str(uuid4()), secrets.token_urlsafe(32), self.clock()
        with self.store.transaction():
            self.store.db.execute("INSERT INTO authorisations VALUES (?, ?, ?, 0)", (event, client, scope))
            self.store.db.execute(
                "INSERT INTO codes VALUES (?, ?, ?, ?, ?)",
                (_hash(code), event, redirect, challenge, now + CODE_SECONDS),
            )
            for organisation in organisations:
                self.store.db.execute(
                    "INSERT INTO connections VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(client, organisation) "
                    "DO UPDATE SET event = excluded.event, updated = excluded.updated",
                    (client, organisation.lower(), str(uuid4()), event, now, now),
                )
        return code

    # tokens

    def issue(self, client: str, form: dict[str, str]) -> dict[str, Any]:
        """The answer to a token request of a client that has proved itself; raises TokenRefusedError."""
        grant = form.get("grant_type", "")
        if grant == "client_credentials" and CLIENTS[client]:
            return self._answer(client, form.get("scope") or EVERYTHING)
        if grant == "authorization_code":
            event = self._redeem(client, form)
        elif grant == "refresh_token":
            event = self._refresh(client, form.get("refresh_token", ""))
        else:
            raise TokenRefusedError("unsupported_grant_type")
        (scope,) = self.store.db.execute("SELECT scope FROM authorisations WHERE event = ?", (event,)).fetchone()
        answer = self._answer(client, scope, event)
        if "offline_access" in scope.split():
            answer["refresh_token"] = self._new_refresh_token(event)
        return answer

    def _redeem(self, client: str, form: dict[str, str]) -> str:
        """The authorisation of a code, which is used up whether it fits or not."""
        hashed = _hash(form.get("code", ""))
        row = self.store.db.execute(
            "SELECT event, redirect, challenge, expires FROM codes WHERE hash = ?", (hashed,)
        ).fetchone()
        self.store.db.execute("DELETE FROM codes WHERE hash = ?", (hashed,))
        fits = (
            row is not None
            and row[3] > self.clock()
            and row[1] == form.get("redirect_uri")
            and self._is_live(row[0], client)
            and _proves(form.get("code_verifier", ""), row[2])
        )
        if not fits:
            raise TokenRefusedError("invalid_grant")
        return str(row[0])

    def _refresh(self, client: str, token: str) -> str:
        now = self.clock()
        row = self.store.db.execute(
            "SELECT event, expires, used FROM refresh_tokens WHERE hash = ?", (_hash(token),)
        ).fetchone()
        if row is None or row[1] <= now or not self._is_live(row[0], client):
            raise TokenRefusedError("invalid_grant")
        if row[2] is None:
            self.store.db.execute("UPDATE refresh_tokens SET used = ? WHERE hash = ?", (now, _hash(token)))
        elif now - row[2] > GRACE_SECONDS:
            raise TokenRefusedError("invalid_grant")
        return str(row[0])

    def _new_refresh_token(self, event: str) -> str:
        token = secrets.token_urlsafe(32)
        self.store.db.execute(
            "INSERT INTO refresh_tokens VALUES (?, ?, ?, NULL)", (_hash(token), event, self.clock() + REFRESH_SECONDS)
        )
        return token

    def _answer(self, client: str, scope: str, event: str = "") -> dict[str, Any]:
        self.issued += 1
        return {
            "access_token": access_token(self.clock(), client, scope, event),
            "expires_in": ACCESS_SECONDS,
            "token_type": "Bearer",
            "scope": scope,
        }

    def _is_live(self, event: str, client: str) -> bool:
        row = self.store.db.execute(
            "SELECT ended FROM authorisations WHERE event = ? AND client = ?", (event, client)
        ).fetchone()
        return row is not None and not row[0]

    def revoke(self, client: str, token: str) -> None:
        """Ends everything that the person of this refresh token allowed this app; an unknown token is no error."""
        row = self.store.db.execute("SELECT event FROM refresh_tokens WHERE hash = ?", (_hash(token),)).fetchone()
        if row is not None and self._is_live(row[0], client):
            self.end(client)

    def end(self, client: str) -> None:
        """The person has taken the app's access away."""
        with self.store.transaction():
            self.store.db.execute("UPDATE authorisations SET ended = 1 WHERE client = ?", (client,))
            self.store.db.execute("DELETE FROM connections WHERE client = ?", (client,))

    # calls

    def claims(self, token: str) -> dict[str, Any] | None:
        """What an access token allows, while it and its authorisation live."""
        found = read_token(token, self.clock())
        event = (found or {}).get("authentication_event_id")
        return found if found and (not event or self._is_live(event, found["client_id"])) else None

    def connections(self, claims: dict[str, Any], event: str = "") -> list[Json]:
        """The connections as Xero lists them: those of the app's person, or of one authorisation event."""
        organisations = self.store.organisations()
        if "authentication_event_id" not in claims:  # a custom connection: here it stands for all open books
            return [_shown(one, steady_id("connection", one["OrganisationID"])) for one in organisations]
        rows = {
            row[0]: row[1:]
            for row in self.store.db.execute(
                "SELECT organisation, id, event, created, updated FROM connections WHERE client = ?",
                (claims["client_id"],),
            )
        }
        named = [(one, rows.get(str(one["OrganisationID"]).lower())) for one in organisations]
        return [_shown(one, *row) for one, row in named if row is not None and event in ("", row[1])]

    def may_open(self, claims: dict[str, Any], organisation: str) -> bool:
        """Whether the token's person has connected this organisation to the app."""
        if "authentication_event_id" not in claims:
            return True
        row = self.store.db.execute(
            "SELECT 1 FROM connections WHERE client = ? AND organisation = ?",
            (claims["client_id"], organisation.lower()),
        )
        return row.fetchone() is not None

    def disconnect(self, claims: dict[str, Any], identity: str) -> bool:
        """Takes one connection away; False when there is none of this id."""
        done = self.store.db.execute(
            "DELETE FROM connections WHERE id = ? AND client = ?", (identity.lower(), claims["client_id"])
        )
        return done.rowcount > 0


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _proves(verifier: str, challenge: str) -> bool:
    """PKCE, RFC 7636 section 4.6, method S256."""
    if not challenge:
        return not verifier
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def _shown(organisation: Json, identity: str, event: str = "", created: float = 0.0, updated: float = 0.0) -> Json:
    return {
        "id": identity,
        "authEventId": event or steady_id("connected"),
        "tenantId": organisation["OrganisationID"],
        "tenantType": "ORGANISATION",
        "tenantName": organisation["Name"],
        "createdDateUtc": _moment(created),
        "updatedDateUtc": _moment(updated),
    }


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC) if seconds else datetime(2026, 1, 1, tzinfo=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.0000000")
