"""Fitting how vehicles are driven to published times and to tracks."""
