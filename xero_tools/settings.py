"""Where Xero is, and who we are to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from xero_tools.links import REAL_GO


@dataclass(frozen=True)
class XeroSettings:
    """Where Xero is and who we are to it; the addresses are the real ones unless the sandbox's are given."""

    api_url: str = "https://api.xero.com/api.xro/2.0"
    identity_url: str = "https://api.xero.com"
    token_url: str = "https://identity.xero.com/connect/token"  # noqa: S105 - an address
    go_url: str = REAL_GO
    client_id: str = ""
    client_secret: str = field(default="", repr=False)

    @classmethod
    def sandbox(cls, url: str, client_id: str = "SANDBOXCLIENT", client_secret: str = "sandbox-secret") -> XeroSettings:  # noqa: S107
        """The settings for a sandbox at `url` (`http://127.0.0.1:8300`); its credentials are public."""
        xero = f"{url.rstrip('/')}/xero"
        return cls(
            api_url=f"{xero}/api.xro/2.0",
            identity_url=xero,
            token_url=f"{xero}/connect/token",
            go_url=f"{url.rstrip('/')}/go",
            client_id=client_id,
            client_secret=client_secret,
        )
