"""From an area's tables of highways to segments."""
