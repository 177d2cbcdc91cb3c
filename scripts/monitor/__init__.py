"""`chaidaen monitor`: options, text."""
