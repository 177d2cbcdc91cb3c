"""Trips by gravity, fitted to counts, assigned to links."""
