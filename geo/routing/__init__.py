"""Positions on roads, the contraction hierarchy, routes and travel-time matrices."""
