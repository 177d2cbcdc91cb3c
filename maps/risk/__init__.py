"""Maps of what fails and who is cut off."""
