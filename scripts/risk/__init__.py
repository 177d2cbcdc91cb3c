"""`chaidaen risk`: options, text, files."""
