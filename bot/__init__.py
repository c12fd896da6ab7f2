"""Where people talk to Tieout: one desk behind Slack and Teams, cards, and the courier that keeps every copy fresh."""
