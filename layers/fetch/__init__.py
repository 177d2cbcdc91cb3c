"""Roads, terrain and people from the web: patient, resumed, checked, kept."""
