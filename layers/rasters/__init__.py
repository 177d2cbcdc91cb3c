"""Rasters of people, land cover and hazards."""
