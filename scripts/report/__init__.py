"""`chaidaen report`: parts, files, provenance."""
