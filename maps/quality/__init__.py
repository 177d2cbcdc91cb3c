"""The map of what looks wrong in an import."""
