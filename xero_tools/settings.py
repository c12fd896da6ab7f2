"""Where Xero is, and who we are to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from books.refusal import Refusal
from xero_tools.links import REAL_GO
from xero_tools.scopes import FEATURES, PHASES

CALLBACK = "/xero/callback"
CONNECT = "/xero/connect"


@dataclass(frozen=True)
class XeroSettings:
    """Where Xero is and who we are to it; the addresses are the real ones unless the sandbox's are given.

    With a `redirect_url` people consent in their browser (authorisation code, several organisations); without one the
    app is a custom connection (client credentials). An app with no secret is one that proves itself by PKCE. `phase`
    says how far the rollout is and `features` which APIs beside Accounting the firm uses, and so what a consent asks
    for. Raises Refusal for a wrong redirect address, phase or feature.
    """

    api_url: str = "https://api.xero.com/api.xro/2.0"
    identity_url: str = "https://api.xero.com"
    authorize_url: str = "https://login.xero.com/identity/connect/authorize"
    token_url: str = "https://identity.xero.com/connect/token"  # noqa: S105 - an address
    revocation_url: str = "https://identity.xero.com/connect/revocation"
    go_url: str = REAL_GO
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    redirect_url: str = ""
    phase: str = "observe"
    features: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.redirect_url and not self.redirect_url.endswith(CALLBACK):
            raise Refusal(
                f"The redirect address {self.redirect_url} is not one that Tieout answers.",
                next_step=f"Let XERO_REDIRECT_URL end in {CALLBACK}, and enter the same address at developer.xero.com.",
                code="xero_redirect",
            )
        if self.phase not in PHASES:
            raise Refusal(
                f"There is no rollout phase “{self.phase}”.",
                next_step=f"Set XERO_PHASE to one of {', '.join(PHASES)}.",
                code="xero_phase",
            )
        if strange := sorted(set(self.features) - set(FEATURES)):
            raise Refusal(
                f"There is no feature “{strange[0]}”.",
                next_step=f"Set XERO_FEATURES to some of {', '.join(FEATURES)}, with commas between them.",
                code="xero_features",
            )

    @property
    def by_consent(self) -> bool:
        """Whether organisations are connected by people's consent, and not as one custom connection."""
        return bool(self.redirect_url)

    @property
    def connect_url(self) -> str:
        """The page at which an administrator begins to connect; empty for a custom connection."""
        return self.redirect_url.removesuffix(CALLBACK) + CONNECT if self.redirect_url else ""

    @classmethod
    def sandbox(
        cls,
        url: str,
        client_id: str = "SANDBOXCLIENT",
        client_secret: str = "sandbox-secret",  # noqa: S107 - public
        *,
        redirect_url: str = "",
        phase: str = "observe",
        features: tuple[str, ...] = (),
    ) -> XeroSettings:
        """The settings for a sandbox at `url` (`http://127.0.0.1:8300`); its credentials are public."""
        xero = f"{url.rstrip('/')}/xero"
        return cls(
            api_url=f"{xero}/api.xro/2.0",
            identity_url=xero,
            authorize_url=f"{xero}/authorize",
            token_url=f"{xero}/connect/token",
            revocation_url=f"{xero}/connect/revocation",
            go_url=f"{url.rstrip('/')}/go",
            client_id=client_id,
            client_secret=client_secret,
            redirect_url=redirect_url,
            phase=phase,
            features=features,
        )
