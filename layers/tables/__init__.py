"""The tables of an area: places, crossings, hubs, products, hazards, counts."""
