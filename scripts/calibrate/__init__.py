"""`chaidaen calibrate`: fit how vehicles are driven, and say how well."""
