"""Cards as pure functions of current state, one view a file."""
