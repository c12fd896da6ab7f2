"""Draws the card of a proposal or a batch from what stands in the database now, for the courier."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from approvals import effects, register, remarks
from approvals.automatic import Automatic
from approvals.batches import PREFIX, Batch
from approvals.deciding import wants_typing
from approvals.kinds import describe
from approvals.proposal import Proposal
from books.refusal import Refusal
from books.store import Store
from bot.card import Card, Text
from bot.cards.batch import batch_card
from bot.cards.proposal import Around, proposal_card
from bot.casework import form_of
from bot.courier import Shown, state_of
from bot.directory import Directory
from bot.slack.render import render as in_slack
from bot.teams.render import render as in_teams

AT_ONCE = 500
LONGEST_NAME, ROOM = 120, 4_000
"""Characters: a client's name at its longest, and what the exceptions pulled out of a batch may come to."""


@dataclass(frozen=True)
class Drawing:
    """Everything a card shows besides its proposal is read here: names, remarks, and whether a review is owed."""

    store: Store
    directory: Directory
    automatic: Automatic
    batch: Callable[[str], Batch]

    def card(self, shown: Shown) -> Card:
        """The card as things stand now."""
        firm = self.directory.firm()
        client = next((each.name for each in firm.clients if each.id == shown.client), shown.client)
        if isinstance(shown, Batch):
            return batch_card(shown, client=client)
        with self.store.reading() as session:
            moved = effects.of(session, shown.id) if shown.is_open else ()
        around = Around(
            effects=moved,
            remarks=remarks.of(self.store, shown.id),
            review_owed=self.automatic.waits_for_review(shown),
            fields=form_of(shown) if shown.is_open else (),
            is_typed=shown.is_open and wants_typing(firm, shown),
        )
        return proposal_card(shown, describe(shown), client=client, names=firm.names, around=around)

    def state(self, shown: Shown) -> str:
        """A short word for all that changes on the card after it was posted."""
        if isinstance(shown, Batch):
            return state_of(shown)
        return self._state(shown, len(remarks.of(self.store, shown.id)))

    def states(self, subjects: Sequence[str]) -> dict[str, str]:
        """The same of many at once: a sweep over a thousand cards asks the database a few times, not thousands."""
        found: dict[str, str] = {}
        alone = [each for each in subjects if not each.startswith(PREFIX)]
        for start in range(0, len(alone), AT_ONCE):
            some = alone[start : start + AT_ONCE]
            with self.store.reading() as session:
                proposals, said = register.several(session, some), remarks.counted(session, some)
            found |= {each.id: self._state(each, said.get(each.id, 0)) for each in proposals}
        return found | {each: state_of(self.batch(each)) for each in subjects if each.startswith(PREFIX)}

    def _state(self, proposal: Proposal, said: int) -> str:
        owed = ":review" if self.automatic.waits_for_review(proposal) else ""
        return f"{state_of(proposal)}{f':{said} said' if said else ''}{owed}"


def is_shown_whole(batch: Batch) -> bool:
    """Whether both platforms show the card of a batch whole, with room for the exceptions that may yet come."""
    card = batch_card(batch, client="n" * LONGEST_NAME)
    roomy = dataclasses.replace(card, parts=(*card.parts, Text("n" * ROOM)))
    try:
        in_slack(roomy)
        in_teams(roomy)
    except Refusal:
        return False
    return True


def by_id(proposal: Callable[[str], Proposal], batch: Callable[[str], Batch], prefix: str) -> Callable[[str], Shown]:
    """A reader by id of either sort."""
    return lambda subject: batch(subject) if subject.startswith(prefix) else proposal(subject)
