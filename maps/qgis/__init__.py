"""QGIS styles of what is written."""
