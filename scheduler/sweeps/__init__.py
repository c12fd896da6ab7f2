"""Sweeps that finish and tidy what a crash or a silent person left, one file each."""
