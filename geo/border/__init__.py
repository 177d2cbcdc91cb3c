"""Who may pass a border crossing, when, and how long it takes."""
