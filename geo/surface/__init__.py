"""The travel-time surface: access and egress over the ground, isochrones."""
