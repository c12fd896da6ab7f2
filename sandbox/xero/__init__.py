"""The sandbox Xero: Accounting API endpoints in front of a real double-entry ledger kept in one SQLite file."""
