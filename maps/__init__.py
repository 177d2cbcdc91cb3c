"""How it looks: maps, charts, the report, in Thai and English."""
