"""Files read and written: strict TOML and CSV, shapes, whole-or-nothing writing, locks."""
