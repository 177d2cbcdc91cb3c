"""Key figures of an area, and how they stand against their targets."""
