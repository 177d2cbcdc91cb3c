"""Pictures in pixels: made smaller, colours and edges stay where they are."""

import numpy as np

from maps.base.png import smaller


def test_a_smaller_picture_has_the_same_colours_at_the_same_places():
    large = np.zeros((120, 200, 3), np.uint8)
    large[:, :100], large[60:, 100:] = (200, 40, 0), (0, 90, 255)
    small = smaller(large, 50)
    assert small.shape == (30, 50, 3)
    assert small[2, 2].tolist() == small[27, 20].tolist() == [200, 40, 0]
    assert small[27, 47].tolist() == [0, 90, 255]
    assert small[2, 47].tolist() == [0, 0, 0]
    assert np.array_equal(small, smaller(large, 50))
