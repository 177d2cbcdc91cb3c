"""What a RoadNetwork is: columns, profile, splitting, and what untagged roads are taken for."""
