"""`chaidaen freight`: options, text, files."""
