"""Reads of the file library and of what its files belong to."""

from __future__ import annotations

from books.practice_records import StoredFile
from xero_tools import other_apis
from xero_tools.gateway import Gateway
from xero_tools.one import segment

PAGE = 50


def listing(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[StoredFile, ...]:
    """Every file of the library."""
    found: list[StoredFile] = []
    page = 1
    while True:
        answer = other_apis.read(organisation, gateway, other_apis.FILES, "Files", other_apis.FileRows, page=page,
                                 interactive=interactive)  # fmt: skip
        found += [other_apis.stored_file(row) for row in answer.Items]
        if len(answer.Items) < PAGE:
            return tuple(found)
        page += 1


def get(organisation: str, gateway: Gateway, file_id: str, *, interactive: bool = True) -> StoredFile:
    """One file of the library; raises Refusal when there is none."""
    row = other_apis.read(organisation, gateway, other_apis.FILES, f"Files/{segment(file_id)}", other_apis.FileRow,
                          interactive=interactive)  # fmt: skip
    return other_apis.stored_file(row)


def content(organisation: str, gateway: Gateway, file: StoredFile, *, interactive: bool = True) -> bytes:
    """The bytes of a file of the library."""
    path = f"Files/{segment(file.id)}/Content"
    return gateway.read_beside(organisation, other_apis.FILES, path, accept=file.mime or "*/*", interactive=interactive)


def documents_of(organisation: str, gateway: Gateway, file_id: str, *, interactive: bool = True) -> tuple[str, ...]:
    """The ids of the documents that a file of the library belongs to."""
    rows = other_apis.read(organisation, gateway, other_apis.FILES, f"Files/{segment(file_id)}/Associations",
                           list[other_apis.FileRow], interactive=interactive)  # fmt: skip
    return tuple(row.ObjectId for row in rows if row.ObjectId)


def of_document(organisation: str, gateway: Gateway, document_id: str, *, interactive: bool = True) -> tuple[str, ...]:
    """The ids of the library's files that belong to one document."""
    rows = other_apis.read(organisation, gateway, other_apis.FILES, f"Associations/{segment(document_id)}",
                           list[other_apis.FileRow], interactive=interactive)  # fmt: skip
    return tuple(row.FileId for row in rows if row.FileId)
