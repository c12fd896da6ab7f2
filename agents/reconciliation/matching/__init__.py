"""Matching says which open documents and ledger transactions a bank line pays, how surely, and why."""
