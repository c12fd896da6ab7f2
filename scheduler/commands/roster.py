"""`app.py people`: which chat users are which members, who waits for an administrator's word, and that word itself."""

from __future__ import annotations

import argparse
from typing import Any

from approvals import bindings
from approvals.bindings import ChatUser
from books.firm import Member
from books.refusal import Refusal
from scheduler.commands.people import as_member
from scheduler.commands.xero import Told
from scheduler.office import Office


def act(office: Office, arguments: argparse.Namespace) -> Told:
    """Lists, binds, unbinds or turns away, then says how things stand; raises Refusal for who is no administrator."""
    store, clock = office.store, office.clock
    if arguments.verb == "list":
        return _standing(office)
    by = as_member(office, arguments).id
    if arguments.verb == "bind":
        member = bindings.bind(store, clock, _user(arguments.user), member_id=arguments.member, by=by, where="cli")
        return _said(office, f"{arguments.user} is {member.name}, {member.role}, from now on.")
    if arguments.verb == "turn-away":
        bindings.refuse(store, clock, _user(arguments.user), by=by, where="cli")
        return _said(office, f"Tieout answers nothing to {arguments.user}.")
    users = bindings.unbind(store, clock, member_id=arguments.member, by=by, where="cli")
    return _said(office, f"{len(users)} chat user(s) of {arguments.member} unbound; the next click is refused.")


def _standing(office: Office) -> Told:
    with office.store.reading() as session:
        members = [_row(each, bindings.bound_users(session, each.id)) for each in office.directory.firm().members]
        waiting = [{"user": _words(each.user), "asked_at": each.asked_at.isoformat(), "refused_by": each.refused_by}
                   for each in bindings.newcomers(session)]  # fmt: skip
    lines = [f"{row['id']:<12} {row['role']:<14} {', '.join((*row['firm_yml'], *row['bound'])) or 'no chat user'}"
             for row in members]  # fmt: skip
    for each in waiting:
        state = f"turned away by {each['refused_by']}" if each["refused_by"] else f"asked about {each['asked_at']}"
        lines.append(f"{each['user']}: nobody's yet, {state}")
    return Told("\n".join(lines), {"members": members, "newcomers": waiting})


def _row(member: Member, bound: tuple[ChatUser, ...]) -> dict[str, Any]:
    from_file = [f"slack:{member.slack.team}:{member.slack.user}"] if member.slack else []
    from_file += [f"teams:{member.teams.tenant}:{member.teams.user}"] if member.teams else []
    return {"id": member.id, "name": member.name, "role": member.role, "firm_yml": from_file,
            "bound": [_words(each) for each in bound]}  # fmt: skip


def _said(office: Office, words: str) -> Told:
    return Told(words, {"said": words} | _standing(office).content)


def _words(user: ChatUser) -> str:
    return f"{user.platform}:{user.workspace}:{user.user}"


def _user(words: str) -> ChatUser:
    parts = words.split(":", 2)
    if len(parts) != 3 or not all(parts):
        raise Refusal(
            f"“{words}” is no chat user.",
            next_step="Write it as `people list` does: slack:T0123:U0456.",
            code="no_such_user",
        )
    return ChatUser(*parts)
