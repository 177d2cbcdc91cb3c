"""Bytes of a good file as hypothesis damages them: changed, left out, doubled, cut off."""

from __future__ import annotations

from hypothesis import strategies as st

BYTES = st.integers(0, 255) | st.sampled_from([0x00, 0x7F, 0x80, 0xFF])


@st.composite
def damaged(draw, whole: bytes) -> bytes:
    """Draw a file that is damaged in one to three ways."""
    made = bytearray(whole)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(len(made) - 1, 0)))
        until = min(len(made), at + draw(st.sampled_from([1, 2, 8, 64, 4096])))
        how = draw(st.sampled_from(["change", "change", "fill", "drop", "double", "cut"]))
        if how == "change":
            made[at : at + 1] = bytes([draw(BYTES)])
        elif how == "fill":
            made[at:until] = bytes([draw(BYTES)]) * (until - at)
        elif how == "drop":
            del made[at:until]
        elif how == "double":
            made[at:at] = made[at:until]
        else:
            del made[at:]
    return bytes(made)
