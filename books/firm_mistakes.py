"""What can be wrong in a `firm.yml` that reads well: one sentence a mistake, each naming its place."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import available_timezones

if TYPE_CHECKING:
    from books.firm import ApprovalRule, Automation, Client, Delegation, FirmFile, Member

ROLES = ("viewer", "preparer", "approver", "partner", "administrator")
PHASES = ("observe", "propose", "automate")
"""How far a rollout went: only looking; proposing to people; posting by itself where that was earned."""
BANK_STATEMENTS = ("files", "finance_api")
"""Whether the bank's statements come as files, or from Xero's Finance API, which is closed to most."""
PLATFORMS = ("slack", "teams")
DECIDING = ("approver", "partner")
LONGEST_ID = 64
LONGEST_DELEGATION = 14  # days
LEAST_DECISIONS = 20
_CURRENCY = re.compile(r"[A-Z]{3}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
T = TypeVar("T", bound=Hashable)


def where(message: str) -> str:
    """A decoder's message on one line, its place counted from one: `$.members[3].clients` is `member 4, clients`."""
    words = " ".join(message.replace('in "<byte string>", ', "in ").split())
    words = words.replace(
        "Expected `object`, got `null`", "it is empty" if "$" not in words else "nothing stands there"
    )
    words = re.sub(r"\$\.(\w+?)s\[(\d+)\]\.?", lambda found: f"{found[1]} {int(found[2]) + 1}, ", words)
    return re.sub(r", `?$", "`", words).replace("$.", "").rstrip(".")


def mistakes(content: FirmFile) -> Iterator[str]:
    """Every mistake of a file that could be decoded, the first one first; nothing when it is right."""
    if content.version != 1:
        yield f"version {content.version} is not known (1 is)"
    yield from _of_the_firm(content)
    yield from _of_names("member", content.members)
    yield from _of_names("client", content.clients)
    for member in content.members:
        yield from _of_member(member, content)
    yield from _of_identities(content)
    for client in content.clients:
        yield from _of_client(client)
    yield from _of_clients_together(content)
    for kind, rule in content.approvals.items():
        yield from _of_rule(kind, rule)
    for kind, automation in content.automation.items():
        yield from _of_automation(kind, automation)
    for number, delegation in enumerate(content.delegations, start=1):
        yield from _of_delegation(number, delegation, content)
    for post, time in content.schedule.items():
        if not isinstance(time, str) or not _TIME.fullmatch(time):
            yield f'the schedule of “{post}” is not a time in quotes such as "07:30"'


def _of_the_firm(content: FirmFile) -> Iterator[str]:
    if not content.firm.name.strip():
        yield "the firm has no name"
    if not _CURRENCY.fullmatch(content.firm.currency):
        yield f"the firm's currency “{content.firm.currency}” is not a code such as AUD"
    yield from _of_zone("the firm", content.firm.timezone)
    if not content.members:
        yield "the firm has no members"
    yield from _of_channels("the firm", content.firm.channels)


def _of_names(noun: str, records: Iterable[Member | Client]) -> Iterator[str]:
    seen: set[str] = set()
    for position, record in enumerate(records, start=1):
        if not _ID.fullmatch(record.id) or len(record.id) > LONGEST_ID:
            yield (
                f"{noun} {position} has the id “{record.id}”; an id has letters, digits, “-”, “_” and “.”, "
                f"at most {LONGEST_ID}"
            )
        if not record.name.strip():
            yield f"the {noun} “{record.id}” has no name"
        if record.id in seen:
            yield f"the {noun} “{record.id}” stands there twice"
        seen.add(record.id)


def _of_member(member: Member, content: FirmFile) -> Iterator[str]:
    if member.id == "automation":
        yield "a member has the id “automation”, which stands for the firm's own rules"
    if member.role not in ROLES:
        yield f"the member “{member.id}” has the role “{member.role}”, which is none of {', '.join(ROLES)}"
    known = {client.id for client in content.clients}
    for client in member.clients or ():
        if client not in known:
            yield f"the member “{member.id}” is given the client “{client}”, which is not in the list of clients"


def _of_identities(content: FirmFile) -> Iterator[str]:
    identities = [(m.id, (m.slack.team, m.slack.user)) for m in content.members if m.slack]
    identities += [(m.id, (m.teams.tenant, m.teams.user)) for m in content.members if m.teams]
    for member, identity in identities:
        if not all(part.strip() for part in identity):
            yield f"the member “{member}” has an empty chat user or workspace"
    if doubled := _first_twice(identity for _, identity in identities):
        yield f"the chat user {doubled[1]} belongs to two members"


def _of_client(client: Client) -> Iterator[str]:
    if not client.organisation.strip():
        yield f"the client “{client.id}” has no organisation"
    yield from _of_zone(f"the client “{client.id}”", client.timezone)
    for phase in (client.phase, *client.phases.values()):
        if phase not in PHASES:
            yield f"the client “{client.id}” stands in the phase “{phase}”, which is none of {', '.join(PHASES)}"
    if client.bank_statements not in BANK_STATEMENTS:
        known = f"which is none of {', '.join(BANK_STATEMENTS)}"
        yield f"the client “{client.id}” has its bank statements from “{client.bank_statements}”, {known}"
    for name, role in client.restricted.items():
        if role not in DECIDING:
            yield f"the client “{client.id}” restricts {name} to “{role}”, which is none of {', '.join(DECIDING)}"
    for kind, rule in client.approvals.items():
        yield from _of_rule(f"{kind} of the client “{client.id}”", rule)
    yield from _of_channels(f"the client “{client.id}”", client.channels)
    for figure in ("amount", "percent"):
        value = getattr(client.materiality, figure)
        if not value.is_finite() or value < 0:
            yield f"the materiality of the client “{client.id}” has the {figure} {value}, which is not zero or more"


def _of_channels(whose: str, channels: dict[str, str]) -> Iterator[str]:
    for platform, channel in channels.items():
        if platform not in PLATFORMS:
            yield f"{whose} has a channel in “{platform}”, which is none of {', '.join(PLATFORMS)}"
        if not channel.strip():
            yield f"{whose} has an empty channel in {platform}"


def _of_clients_together(content: FirmFile) -> Iterator[str]:
    if organisation := _first_twice(client.organisation for client in content.clients):
        yield f"the organisation {organisation} belongs to two clients"
    if channel := _first_twice(place for client in content.clients for place in client.channels.items()):
        yield f"the {channel[0]} channel {channel[1]} belongs to two clients"
    for client in content.clients:
        for platform, shared in client.channels.items() & content.firm.channels.items():
            yield f"the {platform} channel {shared} is the firm's own and that of the client “{client.id}”"
    names = (
        name for client in content.clients for name in {each.casefold() for each in (client.name, *client.aliases)}
    )
    if name := _first_twice(names):
        yield f"the name or alias “{name}” belongs to two clients"


def _of_rule(kind: str, rule: ApprovalRule) -> Iterator[str]:
    if rule.role not in ROLES or rule.role_above_limit not in ROLES:
        yield f"the approval rule for {kind} names a role that is none of {', '.join(ROLES)}"
    if rule.limit is not None and not (rule.limit.is_finite() and rule.limit >= 0):
        yield f"the approval rule for {kind} has the limit {rule.limit}, which is not zero or more"
    if rule.expires_hours < 1:
        yield f"the approval rule for {kind} expires after {rule.expires_hours} hours; one is the least"

    for words, figure in (
        ("four_eyes_above", rule.four_eyes_above),
        ("typed_above", rule.typed_above),
        *((f"cap on {a}", c) for a, c in rule.caps.items()),
    ):
        if figure is not None and not (figure.is_finite() and figure >= 0):
            yield f"the approval rule for {kind} has the {words} {figure}, which is not zero or more"
    if rule.months_back is not None and rule.months_back < 0:
        yield f"the approval rule for {kind} looks {rule.months_back} months back; zero is the least"
    if not 1 <= rule.remind_hours < rule.escalate_hours:
        yield (
            f"the approval rule for {kind} reminds after {rule.remind_hours} hours and escalates after "
            f"{rule.escalate_hours}; one hour is the least, and the second comes later"
        )


def _of_automation(kind: str, automation: Automation) -> Iterator[str]:
    place = f"the automation of {kind}"
    if not (automation.below.is_finite() and automation.below >= 0):
        yield f"{place} is for amounts below {automation.below}, which is not zero or more"
    if not (automation.precision.is_finite() and 0 < automation.precision < 1):
        yield f"{place} has the precision {automation.precision}; it lies between 0 and 1"
    if not (automation.sample.is_finite() and 0 < automation.sample <= 1):
        yield f"{place} has the sample {automation.sample}; it is more than 0, and 1 is all of them"
    if automation.decisions < LEAST_DECISIONS:
        yield f"{place} asks for {automation.decisions} decisions; {LEAST_DECISIONS} is the least"


def _of_delegation(number: int, delegation: Delegation, content: FirmFile) -> Iterator[str]:
    place = f"delegation {number}"
    roles = {member.id: member.role for member in content.members}
    for member in (delegation.giver, delegation.to):
        if member not in roles:
            yield f"{place} names “{member}”, who is not in the list of members"
        elif roles[member] not in DECIDING:
            yield f"{place} names “{member}”, a {roles[member]}: only {' and '.join(DECIDING)} decide for each other"
    if delegation.giver == delegation.to:
        yield f"{place} is from “{delegation.to}” to the same member"
    days = (delegation.last - delegation.first).days + 1
    if not 1 <= days <= LONGEST_DELEGATION:
        yield f"{place} lasts {days} days; one is the least, {LONGEST_DELEGATION} the most"


def _of_zone(whose: str, zone: str) -> Iterator[str]:
    if zone not in _zones():
        yield f"“{zone}” of {whose} is not a time zone (Australia/Sydney is)"


@cache
def _zones() -> set[str]:
    return available_timezones()


def _first_twice(values: Iterable[T]) -> T | None:
    seen: set[T] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
