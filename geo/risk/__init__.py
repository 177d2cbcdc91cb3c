"""Roads lost in turn or together: link criticality, redundancy, reliability, hazards."""
