"""The demo clients' banks: their statements, as files in the formats that banks export."""
