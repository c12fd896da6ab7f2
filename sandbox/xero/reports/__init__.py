"""Reports computed from postings, in the rows and cells Xero's report endpoints return."""
