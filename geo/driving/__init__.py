"""Vehicles on roads: limits, speed, season, fuel and cost of every segment."""
