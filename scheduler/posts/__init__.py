"""Scheduled posts that talk, one file each."""
