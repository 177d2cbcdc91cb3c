"""One plan, many questions: areas by scenarios by vehicles by seasons, on one machine or many."""
