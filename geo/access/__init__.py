"""Who is how far from what: nearest facilities, measures of access, equity, groups."""
