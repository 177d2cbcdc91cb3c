"""`chaidaen compare`: options, text, files."""
