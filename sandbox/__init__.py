"""A small world to work in: a Xero simulator, local chat workspaces and demo books, reached over HTTP only."""
