"""Somebody of the workspace whom nobody knows: the administrators are asked who it is, and say so by a press."""

from __future__ import annotations

import structlog

from approvals import bindings
from approvals.bindings import ChatUser
from books.clock import Clock
from books.firm import Firm, Member
from books.refusal import Refusal
from books.store import Store
from bot.card import Button, Buttons, Card, Facts, Heading, Note
from bot.cards.plain_words import words_card
from bot.courier import Courier
from bot.surface import Place, Press, Speaker

log = structlog.get_logger(__name__)
ACTS = ("bind", "turn_away")
MEMBERS_SHOWN = 20


class Newcomers:
    """Asks the administrators about unknown users, and does what they say."""

    def __init__(self, store: Store, clock: Clock, courier: Courier) -> None:
        self._store, self._clock, self._courier = store, clock, courier

    def unknown(self, speaker: Speaker, firm: Firm) -> Refusal:
        """What an unknown user is told; asks the administrators first, if it is time. Raises Refusal after a no."""
        reached = True
        if bindings.to_ask_about(self._store, self._clock, _user(speaker)):
            card = newcomer_card(speaker, firm)
            places = [place for each in bindings.administrators(firm) for place in _places(each)]
            reached = any([self._posted(place, card) for place in places])  # noqa: C419 - everybody is told
            if not reached:
                bindings.not_asked(self._store, _user(speaker))
        step = "Wait until they have answered." if reached else "Ask an administrator to add you to firm.yml."
        words = "I do not know you as a member of the firm yet."
        return Refusal(f"{words} I asked an administrator." if reached else words, next_step=step, code="not_a_member")

    def press(self, member: Member, press: Press, where: str) -> Card:
        """One of ACTS; raises Refusal for whoever is no administrator."""
        platform, workspace, user, who = (*press.subject.split("|"), "", "", "", "")[:4]
        newcomer = ChatUser(platform, workspace, user)
        if press.act == "turn_away":
            bindings.refuse(self._store, self._clock, newcomer, by=member.id, where=where)
            return words_card("Turned away", "Tieout answers nothing to this user.")
        bound = bindings.bind(self._store, self._clock, newcomer, member_id=who, by=member.id, where=where)
        words = f"From now on this user is {bound.name}, {bound.role}. “unbind {bound.id}” takes it back at once."
        return words_card("Bound", words)

    def unbind(self, member: Member, about: str, where: str) -> Card:
        """Takes every bound user from a member; raises Refusal for whoever is no administrator."""
        users = bindings.unbind(self._store, self._clock, member_id=about.strip().lower(), by=member.id, where=where)
        return words_card("Unbound", f"{len(users)} chat user(s); the next click is refused.")

    def _posted(self, place: Place, card: Card) -> bool:
        try:
            self._courier.post(place, card)
        except Refusal as refusal:
            log.warning("newcomer_not_told", platform=place.platform, why=str(refusal))
            return False
        return True


def newcomer_card(speaker: Speaker, firm: Firm) -> Card:
    """What the platform says of the user, and a button for each member who has no user there yet."""
    facts = [("Platform", speaker.platform.title()), ("Name there", speaker.name or "not told")]
    facts += [("Confirmed e-mail", speaker.email)] if speaker.email else []
    facts += [("Workspace", speaker.workspace), ("User id", speaker.user)]
    subject = f"{speaker.platform}|{speaker.workspace}|{speaker.user}"
    free = [each for each in firm.members if getattr(each, speaker.platform, None) is None][:MEMBERS_SHOWN]
    buttons = [
        Button(
            f"This is {each.name}",
            "bind",
            f"{subject}|{each.id}",
            confirm=f"This user will act as {each.name}, {each.role}. Did you ask them in person?",
        )
        for each in free
    ]
    heading = "Somebody I do not know wrote to me"
    note = "A name and an address prove nothing: anybody can choose them. The workspace and the id are what is bound."
    buttons.append(Button("Refuse", "turn_away", subject, style="danger"))
    return Card(heading, (Heading(heading, "warning"), Facts(tuple(facts)), Buttons(tuple(buttons)), Note(note)))


def _user(speaker: Speaker) -> ChatUser:
    return ChatUser(speaker.platform, speaker.workspace, speaker.user)


def _places(member: Member) -> tuple[Place, ...]:
    slack = (Place("slack", member.slack.user),) if member.slack else ()
    return slack + ((Place("teams", member.teams.user),) if member.teams else ())
