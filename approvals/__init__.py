"""Proposals, the queue in which people decide on them, the executor that carries them out, and the proof."""
