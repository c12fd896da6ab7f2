"""What customers owe and pay: what they are told of it."""
