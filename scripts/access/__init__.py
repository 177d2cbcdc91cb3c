"""`chaidaen access`: options, text, files."""
