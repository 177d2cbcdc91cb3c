"""The accessibility map."""
