"""`chaidaen quality`: options, text."""
