"""Key figures against their targets, as page and chart."""
