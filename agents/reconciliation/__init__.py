"""Reconciliation reads what the bank says, finds what it matches in the books, and proposes; it never posts."""
