"""What may change, resolved on the roads and applied to a copy of the world."""
