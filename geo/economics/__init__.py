"""Assumptions, construction, cash flows, and whether a project pays."""
