"""A scenario beside the base: page with a swipe, charts of the economics."""
