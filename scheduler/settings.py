"""The settings of one installation, made from the environment that app.py hands over; nothing here reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

DEMO_TODAY = date(2026, 11, 5)
DEFAULT_PORT = 8300
SANDBOX_ID, SANDBOX_SECRET, SANDBOX_HOOK_KEY = "SANDBOXCLIENT", "sandbox-secret", "sandbox-webhook-key"
XERO_URLS = ("base", "api", "identity", "authorize", "token", "revocation", "go")
"""Where Xero is, when it is somewhere else: XERO_BASE_URL is a sandbox's address, the others are single addresses."""
SANDBOX_BOT, SANDBOX_APP = "xoxb-sandbox", "xapp-sandbox"


@dataclass(frozen=True)
class SlackSettings:
    """How to reach Slack; `app_token` for Socket Mode, `signing_secret` for HTTP."""

    bot_token: str
    app_token: str = ""
    signing_secret: str = ""
    api_url: str = "https://slack.com/api/"


@dataclass(frozen=True)
class TeamsSettings:
    """How to reach Teams; an empty `app_id` switches authentication off and is allowed on loopback only."""

    app_id: str
    app_password: str = ""
    tenant: str = ""
    app_type: str = "SingleTenant"


@dataclass(frozen=True)
class ModelSettings:
    """An OpenAI-compatible model, if any."""

    api_key: str
    base_url: str = ""
    name: str = "gpt-5-mini"


@dataclass(frozen=True)
class Settings:
    """One installation. `xero_client_id` empty means: the embedded sandbox; `xero_redirect_url` empty: one custom
    connection; `key` empty: a key file in `home`."""

    home: Path
    firm: Path
    firm_is_demo: bool
    database_url: str
    port: int
    xero_client_id: str = ""
    xero_client_secret: str = field(default="", repr=False)
    xero_redirect_url: str = ""
    xero_phase: str = "observe"
    xero_features: tuple[str, ...] = ()
    xero_urls: Mapping[str, str] = field(default_factory=dict)
    xero_webhook_key: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    slack: SlackSettings | None = None
    teams: TeamsSettings | None = None
    model: ModelSettings | None = None
    redis_url: str = ""
    sandbox_url: str = ""
    statements: Path | None = None
    today: date | None = None
    books: tuple[Path, ...] = field(default_factory=tuple)

    @property
    def xero_is_sandbox(self) -> bool:
        """True when the books are the simulator's."""
        return not self.xero_client_id

    @property
    def chat_is_sandbox(self) -> bool:
        """True when both chat platforms are the local ones: never beside real books, where anyone could be anyone."""
        return self.xero_is_sandbox and self.slack is None and self.teams is None


def settings_from(
    environment: Mapping[str, str],
    root: Path,
    *,
    today: date | None = None,
    books: Sequence[str] | None = None,
    port: int | None = None,
) -> Settings:
    """The settings of the installation at `root`; what the command line says comes first.

    `books` None means: the books of the last `run`; an empty list: the demo books.
    """
    home = Path(environment.get("TIEOUT_HOME") or root / ".tieout").resolve()
    last = last_run(home) if books is None else {}
    firm = Path(environment.get("TIEOUT_FIRM") or root / "firm.yml")
    in_sandbox = not environment.get("XERO_CLIENT_ID")
    is_demo = in_sandbox and not environment.get("TIEOUT_FIRM") and not firm.exists()
    day = today or _day(environment.get("TIEOUT_TODAY")) or _day(last.get("today"))
    return Settings(
        home=home,
        firm=root / "sandbox" / "demo" / "firm.yml" if is_demo else firm,
        firm_is_demo=is_demo,
        database_url=environment.get("TIEOUT_DATABASE_URL") or f"sqlite:///{home / 'tieout.db'}",
        port=port or int(environment.get("TIEOUT_PORT") or DEFAULT_PORT),
        xero_client_id=environment.get("XERO_CLIENT_ID", ""),
        xero_client_secret=environment.get("XERO_CLIENT_SECRET", ""),
        xero_redirect_url=environment.get("XERO_REDIRECT_URL", ""),
        xero_phase=environment.get("XERO_PHASE") or "observe",
        xero_features=tuple(word for each in environment.get("XERO_FEATURES", "").split(",") if (word := each.strip())),
        xero_urls={name: url for name in XERO_URLS if (url := environment.get(f"XERO_{name.upper()}_URL", ""))},
        xero_webhook_key=environment.get("XERO_WEBHOOK_KEY") or (SANDBOX_HOOK_KEY if in_sandbox else ""),
        key=environment.get("TIEOUT_KEY", ""),
        slack=_slack(environment),
        teams=_teams(environment),
        model=_model(environment),
        redis_url=environment.get("REDIS_URL", ""),
        sandbox_url=environment.get("TIEOUT_SANDBOX_URL", ""),
        statements=Path(folder) if (folder := environment.get("TIEOUT_STATEMENTS")) else None,
        today=(day or DEMO_TODAY) if in_sandbox else day,
        books=tuple(Path(each).resolve() for each in (last.get("books", ()) if books is None else books)),
    )


def last_run(home: Path) -> dict[str, Any]:
    """What the last `run` of this home noted: its sandbox's URL, its books and its business date."""
    try:
        return dict(json.loads((home / "run.json").read_text()))
    except (OSError, ValueError):
        return {}


def note_run(settings: Settings) -> None:
    """Notes what commands of the same home need to find this run."""
    note = {
        "sandbox_url": settings.sandbox_url,
        "books": [str(each) for each in settings.books],
        "today": settings.today.isoformat() if settings.today else "",
        "bot_url": f"http://127.0.0.1:{settings.port + 1}",
    }
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / "run.json").write_text(json.dumps(note))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _slack(environment: Mapping[str, str]) -> SlackSettings | None:
    token = environment.get("SLACK_BOT_TOKEN")
    if not token:
        return None
    return SlackSettings(
        bot_token=token,
        app_token=environment.get("SLACK_APP_TOKEN", ""),
        signing_secret=environment.get("SLACK_SIGNING_SECRET", ""),
        api_url=environment.get("SLACK_API_URL", "https://slack.com/api/"),
    )


def _teams(environment: Mapping[str, str]) -> TeamsSettings | None:
    app_id = environment.get("TEAMS_APP_ID")
    if not app_id:
        return None
    return TeamsSettings(
        app_id=app_id,
        app_password=environment.get("TEAMS_APP_PASSWORD", ""),
        tenant=environment.get("TEAMS_TENANT_ID", ""),
        app_type=environment.get("TEAMS_APP_TYPE", "SingleTenant"),
    )


def _model(environment: Mapping[str, str]) -> ModelSettings | None:
    key = environment.get("OPENAI_API_KEY")
    if not key:
        return None
    name = environment.get("OPENAI_MODEL", "gpt-5-mini")
    return ModelSettings(api_key=key, base_url=environment.get("OPENAI_BASE_URL", ""), name=name)
