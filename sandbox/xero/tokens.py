"""Access tokens of the sandbox Xero: issued at /connect/token, signed, valid for thirty minutes of real time."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import unquote_plus

CLIENT_ID = "SANDBOXCLIENT"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - fixed, public, useless elsewhere
ACCESS_SECONDS = 30 * 60
REFRESH_SECONDS = 60 * 24 * 3600
_KEY = b"tieout sandbox signing key"
_GRANTS = {"client_credentials", "refresh_token", "authorization_code"}


class TokenRefusedError(Exception):
    """The OAuth error code and status that Xero's identity server answers with."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _sign(text: str) -> str:
    return base64.urlsafe_b64encode(hmac.new(_KEY, text.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()


def _token(use: str, seconds: int, scope: str) -> str:
    now = int(time.time())
    claims = {
        "nbf": now, "exp": now + seconds, "iss": "https://identity.xero.com", "client_id": CLIENT_ID, "use": use,
        "jti": secrets.token_hex(16), "scope": scope.split(),
    }  # fmt: skip
    text = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{text}.{_sign(text)}"


def read_token(token: str, use: str) -> dict[str, Any] | None:
    """The claims of a token of ours that is of this use and has not expired; nothing otherwise."""
    text, _, signature = token.rpartition(".")
    if not text or not hmac.compare_digest(_sign(text), signature):
        return None
    try:
        middle = text.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, IndexError):
        return None
    return claims if claims.get("use") == use and claims.get("exp", 0) > time.time() else None


def issue(form: dict[str, str], authorization: str) -> dict[str, Any]:
    """Answer a token request (credentials in the form or as Basic authorization); raises TokenRefusedError."""
    client, secret = form.get("client_id", ""), form.get("client_secret", "")
    if authorization.lower().startswith("basic "):
        try:
            pair = base64.b64decode(authorization[6:]).decode()
        except ValueError:
            raise TokenRefusedError("invalid_client", 401) from None
        client, _, secret = (unquote_plus(part) for part in pair.partition(":"))
    if client != CLIENT_ID or not hmac.compare_digest(secret, CLIENT_SECRET):
        raise TokenRefusedError("invalid_client")
    grant = form.get("grant_type", "")
    if grant not in _GRANTS:
        raise TokenRefusedError("unsupported_grant_type")
    if grant == "refresh_token" and read_token(form.get("refresh_token", ""), "refresh") is None:
        raise TokenRefusedError("invalid_grant")
    scope = form.get("scope") or "accounting.settings accounting.transactions accounting.reports.read offline_access"
    answer: dict[str, Any] = {
        "access_token": _token("access", ACCESS_SECONDS, scope),
        "expires_in": ACCESS_SECONDS,
        "token_type": "Bearer",
        "scope": scope,
    }
    if grant != "client_credentials":
        answer["refresh_token"] = _token("refresh", REFRESH_SECONDS, scope)
    return answer
