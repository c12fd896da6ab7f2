"""The matching engine measured: worlds it has not seen, what it says of them, and how right that is."""
