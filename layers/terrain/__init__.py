"""Elevation rasters, and heights for segments."""
