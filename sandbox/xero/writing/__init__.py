"""The writes Xero allows, one kind a file, each refusing what Xero refuses."""

from sandbox.xero.writing.batch import WriteOne
from sandbox.xero.writing.manual_journals import write_manual_journal

WRITERS: dict[str, WriteOne] = {
    "manualjournals": write_manual_journal,
}
