"""The control door of the sandbox: health, faults, business date, request log, postings and reset, for tests."""
