"""The local Teams channel: Bot Connector REST as a bot sees it, and what members do in it."""
