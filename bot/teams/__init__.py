"""Teams: the Bot Framework behind a thin port, and the Adaptive Card renderer."""
