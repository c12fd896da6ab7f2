"""Adjusting journals found in the books and proposed with their evidence."""
