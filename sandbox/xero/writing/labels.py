"""What documents and contacts are sorted by: contact groups, tracking categories with options, and currencies."""

import re
import uuid

from sandbox.xero.refusals import InvalidBatchError, InvalidError, NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json
from sandbox.xero.writing.batch import elements_of

MOST_GROUPS, MOST_CATEGORIES, MOST_OPTIONS = 100, 2, 100
TOO_MANY_GROUPS = f"You've reached the limit of {MOST_GROUPS} contact groups."


def write_contact_group(session: Session, body: Json, existing: Json | None) -> Json:
    """Create, rename or delete a contact group; raises InvalidError."""
    name = str(body.get("Name") or (existing or {}).get("Name") or "").strip()
    if not name:
        raise InvalidError("The contact group name must be specified.")
    groups = [one for one in session.store.all(session.identity, "contactgroups") if one["Status"] == "ACTIVE"]
    identity = str((existing or {}).get("ContactGroupID") or uuid.uuid4())
    if any(one["Name"].lower() == name.lower() and one["ContactGroupID"] != identity for one in groups):
        raise InvalidError(f"A contact group with the name {name} already exists.")
    if existing is None and len(groups) >= MOST_GROUPS:
        raise InvalidError(TOO_MANY_GROUPS)
    status = str(body.get("Status") or (existing or {}).get("Status") or "ACTIVE")
    if status not in ("ACTIVE", "DELETED"):
        raise InvalidError(f"Status '{status}' is not valid.")
    group = {"ContactGroupID": identity, "Name": name, "Status": status, "HasValidationErrors": False}
    return session.save("contactgroups", identity, (existing or {"Contacts": []}) | group, number=name)


def add_contacts(session: Session, identity: str, raw: bytes) -> list[Json]:
    """Put contacts into a group; raises NotFoundError for the group and refuses unknown contacts."""
    group = session.get("contactgroups", identity)
    if group is None:
        raise NotFoundError
    added: list[Json] = []
    for row in elements_of("Contacts", raw):
        contact = session.get("contacts", str(row.get("ContactID") or ""))
        if contact is None:
            said = f"The Contact with ContactID '{row.get('ContactID')}' could not be found."
            raise InvalidBatchError([row | {"ValidationErrors": [{"Message": said}]}])
        added.append({"ContactID": contact["ContactID"], "Name": contact["Name"]})
    known = {str(one["ContactID"]) for one in group.get("Contacts") or []}
    fresh = [one for one in added if one["ContactID"] not in known]
    group["Contacts"] = [*(group.get("Contacts") or []), *fresh]
    with session.store.transaction():
        session.save("contactgroups", identity, group, number=group["Name"])
        for one in fresh:
            _mark(session, str(one["ContactID"]), group, member=True)
    return added


def remove_contact(session: Session, identity: str, contact_id: str) -> None:
    """Take a contact out of a group; raises NotFoundError when it is not in it."""
    group = session.get("contactgroups", identity) or {}
    kept = [one for one in group.get("Contacts") or [] if str(one["ContactID"]).lower() != contact_id.lower()]
    if len(kept) == len(group.get("Contacts") or []):
        raise NotFoundError
    with session.store.transaction():
        session.save("contactgroups", identity, group | {"Contacts": kept}, number=group["Name"])
        _mark(session, contact_id, group, member=False)


def _mark(session: Session, contact_id: str, group: Json, *, member: bool) -> None:
    """The group as it stands in the contact itself."""
    contact = session.get("contacts", contact_id)
    if contact is None:
        return
    rows = [one for one in contact.get("ContactGroups") or [] if one["ContactGroupID"] != group["ContactGroupID"]]
    short = {field: group[field] for field in ("ContactGroupID", "Name", "Status")}
    contact["ContactGroups"] = [*rows, short] if member else rows
    session.save("contacts", contact_id, contact, number=contact["Name"])


def write_tracking_category(session: Session, body: Json, existing: Json | None) -> Json:
    """Create, rename or archive a tracking category; raises InvalidError."""
    name = str(body.get("Name") or (existing or {}).get("Name") or "").strip()
    if not name:
        raise InvalidError("The tracking category name must be specified.")
    status = str(body.get("Status") or (existing or {}).get("Status") or "ACTIVE")
    rows = session.store.all(session.identity, "trackingcategories")
    identity = str((existing or {}).get("TrackingCategoryID") or uuid.uuid4())
    others = [one for one in rows if one["TrackingCategoryID"] != identity and one["Status"] == "ACTIVE"]
    if any(one["Name"].lower() == name.lower() for one in others):
        raise InvalidError(f"A tracking category with the name {name} already exists.")
    if status == "ACTIVE" and len(others) >= MOST_CATEGORIES:
        raise InvalidError(f"An organisation can have at most {MOST_CATEGORIES} active tracking categories.")
    category = {"TrackingCategoryID": identity, "Name": name, "Status": status}
    return session.save("trackingcategories", identity, (existing or {"Options": []}) | category, number=name)


def add_options(session: Session, identity: str, raw: bytes) -> list[Json]:
    """Add options to a tracking category; raises NotFoundError and refuses what it has already."""
    category = session.get("trackingcategories", identity)
    if category is None:
        raise NotFoundError
    added: list[Json] = []
    for row in elements_of("Options", raw):
        name = str(row.get("Name") or "").strip()
        taken = {one["Name"].lower() for one in (*category["Options"], *added)}
        problem = ""
        if not name or name.lower() in taken:
            problem = f"The tracking option name '{name}' is empty or already in use."
        elif len(category["Options"]) + len(added) >= MOST_OPTIONS:
            problem = f"A tracking category can have at most {MOST_OPTIONS} options."
        if problem:
            raise InvalidBatchError([row | {"ValidationErrors": [{"Message": problem}]}])
        option = {"TrackingOptionID": str(uuid.uuid4()), "Name": name, "Status": "ACTIVE"}
        added.append(option | {"HasValidationErrors": False})
    category["Options"] = [*category["Options"], *added]
    session.save("trackingcategories", identity, category, number=category["Name"])
    return added


def write_currency(session: Session, body: Json, existing: Json | None) -> Json:
    """Add a currency to those of the organisation; raises InvalidError."""
    code = str(body.get("Code") or "")
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise InvalidError(f"The currency code '{code}' is not valid.")
    currency = {"Code": code, "Description": str(body.get("Description") or code)}
    session.store.put(session.identity, "currencies", code, currency, number=code, updated=0)
    return currency


def currencies(session: Session, listed: list[Json]) -> list[Json]:
    """The listed currencies with the organisation's own, which is always one of them."""
    own = session.chart.currency
    if any(row["Code"] == own for row in listed):
        return listed
    return [{"Code": own, "Description": own}, *listed]
