"""What follows from it: speed, cost, routes; pure analysis, no files, no printing."""
