"""From an OpenStreetMap file to segments, places and water, and back."""
