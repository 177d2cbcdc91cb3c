"""What the world is: roads, terrain, places and crossings, read, checked and reprojected."""
