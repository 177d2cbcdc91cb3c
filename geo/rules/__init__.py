"""What a planner may change: one TOML file a topic, read once per study and handed down."""
