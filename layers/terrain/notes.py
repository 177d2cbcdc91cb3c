"""What a reader has to know of heights along roads, in the words that maps translate."""

from __future__ import annotations

from layers.roads.profile import Repairs


def terrain_notes(repairs: Repairs, length_m: float) -> tuple[str, ...]:
    """Say what was mended and what was not measured while roads got their heights.

    Parameters
    ----------
    repairs
        What was mended.
    length_m
        Of all roads.

    Returns
    -------
    notes
        One sentence each; none where everything was measured.
    """
    notes = []
    if repairs.filled_samples:
        share = repairs.filled_samples / max(1, repairs.samples)
        notes.append(
            f"The terrain has no data for {share:.1%} of the road samples; "
            f"{repairs.flat_segments:,} segments are flat for that reason."
        )
    if repairs.clamped_samples:
        notes.append(
            f"{repairs.clamped_samples:,} samples steeper than roads of their class were cut "
            "and filled."
        )
    if repairs.coarse_km:
        share = repairs.coarse_km * 1000 / max(1.0, length_m)
        notes.append(
            f"Over {share:.0%} of the roads the terrain is told only every "
            f"{repairs.coarse_grain_m:,.0f} m: there rise and fall between are those of roads on "
            "such ground, not measured."
        )
    return tuple(notes)
