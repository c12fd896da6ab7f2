"""Is a client ready to close a period, and what stands in the way."""
