"""The pen's labels: contact groups and tracking."""

from __future__ import annotations

from xero_tools import contact_groups, translate
from xero_tools.one import segment
from xero_tools.outcomes import OutcomeUnknown
from xero_tools.writes.pen import Nib, Receipt, numbers


class SettingsPen(Nib):
    """Contact groups, tracking categories with their options, and currencies; each found by its own name."""

    def create_contact_group(self, organisation: str, name: str, *, key: str) -> Receipt:
        """Creates a contact group; Xero keeps a hundred at most. Mark: its name, which is unique."""
        body = numbers.encode({"ContactGroups": [{"Name": name}]})
        return self.put(organisation, "PUT", "ContactGroups", body, entity="ContactGroups", key=key)

    def add_to_group(self, organisation: str, group_id: str, contact_ids: tuple[str, ...], *, key: str) -> None:
        """Puts contacts into a group; those in it already stay. Proof: in_group says so."""
        body = numbers.encode({"Contacts": [{"ContactID": each} for each in contact_ids]})
        path = f"ContactGroups/{segment(group_id)}/Contacts"
        self._gateway.write(organisation, "PUT", path, body, idempotency_key=key)

    def remove_from_group(self, organisation: str, group_id: str, contact_id: str, *, key: str) -> None:
        """Takes a contact out of a group. Proof: in_group no longer says so."""
        path = f"ContactGroups/{segment(group_id)}/Contacts/{segment(contact_id)}"
        self._gateway.write(organisation, "DELETE", path, b"", idempotency_key=key)

    def in_group(self, organisation: str, group_id: str, contact_id: str) -> bool:
        """Whether a contact is in a group now."""
        return contact_id in contact_groups.get(organisation, self._gateway, group_id).contact_ids

    def create_tracking_category(self, organisation: str, name: str, *, key: str) -> Receipt:
        """Creates a tracking category; an organisation has two active ones at most. Mark: its name."""
        body = numbers.encode({"Name": name})
        return self.put(organisation, "PUT", "TrackingCategories", body, entity="TrackingCategories", key=key)

    def create_tracking_option(self, organisation: str, category_id: str, name: str, *, key: str) -> str:
        """Adds an option to a tracking category and returns its id. Mark: its name, unique in the category."""
        path = f"TrackingCategories/{segment(category_id)}/Options"
        answer = self._gateway.write(organisation, "PUT", path, numbers.encode({"Name": name}), idempotency_key=key)
        rows = translate.envelope(answer.content).Options if answer.content else None
        if not rows or not rows[0].TrackingOptionID:
            raise OutcomeUnknown("Xero accepted the tracking option and named none.", status=200)
        return rows[0].TrackingOptionID

    def add_currency(self, organisation: str, code: str, *, key: str) -> None:
        """Adds a currency (ISO 4217) to those the organisation deals in. Proof: currencies.codes has it."""
        self._gateway.write(organisation, "PUT", "Currencies", numbers.encode({"Code": code}), idempotency_key=key)
