"""A map or chart as a picture, drawn without a browser."""
