"""The checks of a close, one question a file."""
