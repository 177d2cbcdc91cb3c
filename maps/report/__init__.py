"""The report: chapters on one page."""
