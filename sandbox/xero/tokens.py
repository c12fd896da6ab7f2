"""Access tokens of the sandbox Xero: signed, and valid for thirty minutes."""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any
from urllib.parse import unquote_plus

CLIENT_ID = "SANDBOXCLIENT"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - fixed, public, useless elsewhere
PKCE_CLIENT_ID = "SANDBOXPKCE"
CLIENTS = {CLIENT_ID: CLIENT_SECRET, PKCE_CLIENT_ID: ""}
"""The registered apps with their secrets; one without a secret proves itself by PKCE."""
ACCESS_SECONDS = 30 * 60
_KEY = b"tieout sandbox signing key"


class TokenRefusedError(Exception):
    """The OAuth error code and status that Xero's identity server answers with."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _sign(text: str) -> str:
    return base64.urlsafe_b64encode(hmac.new(_KEY, text.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()


def access_token(now: float, client: str, scope: str, event: str = "") -> str:
    """A new token; `event` is the authorisation it belongs to, none for a custom connection."""
    claims: dict[str, Any] = {
        "nbf": int(now), "exp": int(now) + ACCESS_SECONDS, "iss": "https://identity.xero.com", "client_id": client,
        "jti": secrets.token_hex(16), "scope": scope.split(),
    }  # fmt: skip
    if event:
        claims["authentication_event_id"] = event
    text = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{text}.{_sign(text)}"


def read_token(token: str, now: float) -> dict[str, Any] | None:
    """The claims of an access token of ours that has not expired; nothing otherwise."""
    text, _, signature = token.rpartition(".")
    if not text or not hmac.compare_digest(_sign(text).encode(), signature.encode()):
        return None
    try:
        middle = text.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, IndexError):
        return None
    return claims if claims.get("exp", 0) > now else None


def client_of(form: dict[str, str], authorization: str) -> str:
    """The client that asks, by credentials in the form or as Basic authorization; raises TokenRefusedError."""
    client, secret = form.get("client_id", ""), form.get("client_secret", "")
    if authorization.lower().startswith("basic "):
        try:
            pair = base64.b64decode(authorization[6:]).decode()
        except ValueError:
            raise TokenRefusedError("invalid_client", 401) from None
        client, _, secret = (unquote_plus(part) for part in pair.partition(":"))
    known = CLIENTS.get(client)
    if known is None or not hmac.compare_digest(secret.encode(), known.encode()):
        raise TokenRefusedError("invalid_client")
    return client
