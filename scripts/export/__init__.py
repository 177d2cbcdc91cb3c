"""`chaidaen export`: options, files."""
