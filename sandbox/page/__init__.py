"""The one web page on which both sandbox workspaces are seen and used, and the calls it makes."""
