"""What is kept between runs: imported areas, caches, facilities, written by one run at a time."""
