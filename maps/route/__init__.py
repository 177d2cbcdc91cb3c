"""Routes and corridors on a map, with their profile."""
