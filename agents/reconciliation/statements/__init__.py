"""Readers of bank statement files, whole or not at all: bytes in, statements out, and a refusal that names the row."""
