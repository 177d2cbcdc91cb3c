"""What people and goods travel with unless a question names another vehicle."""

from typing import Final

PEOPLE: Final = "pickup"
"""Id of the vehicle of people: songthaews, farmers' and families' pickups carry most of them."""

GOODS: Final = "truck_10w"
"""Id of the vehicle of goods."""
