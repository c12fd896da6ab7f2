"""A local Slack workspace: the Web API and Socket Mode as a bot sees them, and what members do in it."""
