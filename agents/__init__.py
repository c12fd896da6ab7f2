"""Agents prepare: they read the books, find what blocks a close, and propose; they never decide and never post."""
