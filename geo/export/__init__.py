"""The network with its costs, for other programs."""
