"""Slack: Bolt's AsyncApp and the Block Kit renderer."""
