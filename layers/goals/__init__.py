"""Key figures that are followed, their history and their targets."""
