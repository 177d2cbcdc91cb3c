"""Maps of freight: corridors, flows, collection points."""
