"""What happens by the clock: scheduled posts and the sweeps that tidy."""
