"""The only door to Xero: reads one noun a file, and the pen that writes."""
