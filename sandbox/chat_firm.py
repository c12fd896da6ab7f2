"""Who works at the firm and which channels its clients have, as far as a chat server must know: read from firm.yml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class FirmUnreadable(ValueError):  # noqa: N818 - named for what a reader sees
    """firm.yml cannot be used; the text says why."""


@dataclass(frozen=True)
class Member:
    """One person of the firm; `clients` is None for those who see every client."""

    id: str
    name: str
    role: str
    email: str
    slack_user: str | None
    teams_user: str | None
    clients: tuple[str, ...] | None

    def sees(self, client_id: str) -> bool:
        """Whether this member is in the channels of a client."""
        return self.clients is None or client_id in self.clients


@dataclass(frozen=True)
class Client:
    """One client and the channels in which its close is talked about."""

    id: str
    name: str
    organisation: str
    slack_channel: str | None
    teams_channel: str | None


@dataclass(frozen=True)
class Firm:
    """The firm, its two workspaces, its people, its clients and the channels that are about none of them."""

    name: str
    timezone: str
    slack_team: str
    directory_id: str
    members: tuple[Member, ...]
    clients: tuple[Client, ...]
    slack_channel: str | None = None
    teams_channel: str | None = None

    def member(self, reference: str) -> Member:
        """The member of that id, Slack user or directory id. Raises KeyError."""
        for member in self.members:
            if reference in (member.id, member.slack_user, member.teams_user):
                return member
        raise KeyError(reference)

    def members_of(self, client: Client) -> list[Member]:
        """Those who see a client."""
        return [member for member in self.members if member.sees(client.id)]


def read_firm(file: Path) -> Firm:
    """The firm in that file. Raises FirmUnreadable."""
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
        members = tuple(_member(entry) for entry in read["members"])
        clients = tuple(_client(entry) for entry in read["clients"])
        firm: dict[str, Any] = read["firm"]
        first_slack: dict[str, Any] = next((entry["slack"] for entry in read["members"] if entry.get("slack")), {})
        first_teams: dict[str, Any] = next((entry["teams"] for entry in read["members"] if entry.get("teams")), {})
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise FirmUnreadable(f"{file} cannot be read as a firm: {error!r}") from error
    return Firm(
        name=str(firm["name"]),
        timezone=str(firm.get("timezone", "UTC")),
        slack_team=str(first_slack.get("team", "T0TIEOUT")),
        directory_id=str(first_teams.get("tenant", "00000000-0000-4000-8000-000000000000")),
        members=members,
        clients=clients,
        slack_channel=(firm.get("channels") or {}).get("slack"),
        teams_channel=(firm.get("channels") or {}).get("teams"),
    )


def _member(entry: dict[str, Any]) -> Member:
    seen = entry.get("clients")
    return Member(
        id=str(entry["id"]),
        name=str(entry.get("name", entry["id"])),
        role=str(entry.get("role", "viewer")),
        email=str(entry.get("email", f"{entry['id']}@firm.example")),
        slack_user=(entry.get("slack") or {}).get("user"),
        teams_user=(entry.get("teams") or {}).get("user"),
        clients=None if seen in (None, "all") else tuple(str(client) for client in seen),
    )


def _client(entry: dict[str, Any]) -> Client:
    channels = entry.get("channels") or {}
    return Client(
        id=str(entry["id"]),
        name=str(entry.get("name", entry["id"])),
        organisation=str(entry.get("organisation", "")),
        slack_channel=channels.get("slack"),
        teams_channel=channels.get("teams"),
    )
