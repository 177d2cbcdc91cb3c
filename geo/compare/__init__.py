"""A scenario against the base: people, pairs, traffic, corridors, economics."""
