"""What OpenStreetMap calls roads and their surfaces, in words."""

from __future__ import annotations

from typing import Final

from maps.base.i18n import Text

WORDS: Final[dict[str, Text]] = {
    "motorway": ("motorway", "ทางหลวงพิเศษ"),
    "trunk": ("trunk road", "ทางหลวงสายหลัก"),
    "primary": ("primary road", "ทางหลวงสายประธาน"),
    "secondary": ("secondary road", "ทางหลวงสายรอง"),
    "tertiary": ("tertiary road", "ถนนเชื่อมอำเภอ"),
    "unclassified": ("minor road", "ถนนท้องถิ่น"),
    "residential": ("village street", "ถนนในหมู่บ้าน"),
    "service": ("service road", "ถนนเข้าพื้นที่"),
    "track": ("track", "ทางเกษตรและป่าไม้"),
    "path": ("path", "ทางเดิน"),
    "footway": ("footpath", "ทางเท้า"),
    "asphalt": ("asphalt", "แอสฟัลต์"),
    "concrete": ("concrete", "คอนกรีต"),
    "paved": ("paved", "ลาดยางหรือคอนกรีต"),
    "unpaved": ("unpaved", "ไม่ลาดยาง"),
    "compacted": ("compacted", "ดินบดอัด"),
    "gravel": ("gravel", "หินคลุก"),
    "fine_gravel": ("fine gravel", "กรวดละเอียด"),
    "laterite": ("laterite", "ลูกรัง"),
    "dirt": ("dirt", "ดิน"),
    "earth": ("earth", "ดิน"),
    "ground": ("ground", "ดิน"),
    "mud": ("mud", "โคลน"),
    "sand": ("sand", "ทราย"),
    "grass": ("grass", "หญ้า"),
    "rock": ("rock", "หิน"),
}
"""By value of the keys `highway` and `surface`."""


def road_word(value: str) -> Text:
    """Return a class of road or a surface in both languages; what is no such value stays.

    Examples
    --------
    >>> road_word("asphalt"), road_word("primary_link")
    (('asphalt', 'แอสฟัลต์'), ('primary road', 'ทางหลวงสายประธาน'))
    >>> road_word("Road to Pai")
    ('Road to Pai', 'Road to Pai')
    """
    return WORDS.get(value.removesuffix("_link"), (value, value))
