"""Goods from the field to markets and across borders: fleets, chains, hauls, flows."""
