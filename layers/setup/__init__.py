"""An area begun, checked, and what it lacks for a full plan."""
