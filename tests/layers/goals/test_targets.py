"""Files of targets: what they hold, and every fault told by its key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from layers.area import SHIPPED, load_area
from layers.errors import DataError, MissingFileError
from layers.goals.history import followed_folder
from layers.goals.indicators import UNITS, indicators
from layers.goals.targets import find_targets, read_targets, targets_of

GOOD = """note_en = "only proposed"
[[goals]]
title_en = "Near"
title_th = "ใกล้"
[[goals.indicators]]
indicator = "mean_minutes_hospital"
baseline = 50
baseline_date = 2026-01-01
target = 40
due = "2030-12-31"
owner_en = "Province"
owner_th = "จังหวัด"
source = "plan"
quality = "A"
[[steps]]
title_en = "Survey"
title_th = "สำรวจ"
start = 2026-02-01
end = 2026-06-30
responsible_en = "Roads"
responsible_th = "แขวงทางหลวง"
"""

HINT = (
    "key 'goals.1.indicators.1.indicator': 'mean_minutes_hospitel' is no key figure; did you mean "
    "'mean_minutes_hospital'? key figures: people_within_60_min_hospital_dry, "
)


def write(folder: Path, text: str = GOOD) -> Path:
    path = folder / "เป้า หมาย.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_dates_are_toml_or_text(tmp_path):
    targets = read_targets(write(tmp_path))
    (one,) = targets.each()
    assert (one.baseline_date, one.due) == (date(2026, 1, 1), date(2030, 12, 31))
    assert (one.baseline, one.target, one.quality) == (50.0, 40.0, "A")
    assert targets.steps[0].end == date(2026, 6, 30)
    assert targets.steps[0].done is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mean_minutes_hospital", "mean_minutes_hospitel", HINT),
        (
            "target = 40",
            "target = 60",
            "key 'goals.1.indicators.1.target': 60 min is worse than the baseline of 50",
        ),
        ("target = 40", "target = inf", "key 'goals.1.indicators.1.target': inf is not within"),
        ("target = 40", "target = nan", "key 'goals.1.indicators.1.target': nan is not within"),
        ("baseline = 50", "baseline = -1", "key 'goals.1.indicators.1.baseline': -1"),
        (
            '"2030-12-31"',
            '"2030-12-32"',
            "key 'goals.1.indicators.1.due': '2030-12-32' is no date such as 2027-12-31",
        ),
        ('"2030-12-31"', "2030", "key 'goals.1.indicators.1.due': '2030' is no date"),
        ('"2030-12-31"', "2030-12-31T08:00:00", "key 'goals.1.indicators.1.due'"),
        (
            '"2030-12-31"',
            "2025-12-31",
            "key 'goals.1.indicators.1.due': 2025-12-31 is not after baseline_date 2026-01-01",
        ),
        ('quality = "A"', 'quality = "Z"', "key 'goals.1.indicators.1.quality': 'Z' is none of A"),
        (
            "end = 2026-06-30",
            "end = 2025-06-30",
            "key 'steps.1.end': 2025-06-30 is before start 2026-02-01",
        ),
        ("end = 2026-06-30", "end = 2026-06-30\ndone = 2025-01-01", "key 'steps.1.done'"),
        ("owner_en", "owner", "key 'goals.1.indicators.1.owner': unknown"),
        ("[[steps]]", "[[stepps]]", "key 'stepps': unknown; did you mean 'steps'?"),
        ("2026-02-01", "2026-02-31", "not valid TOML"),
    ],
)
def test_faults_are_told_by_their_key(tmp_path, old, new, said):
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(DataError) as caught:
        read_targets(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_percentages_end_at_a_hundred_and_higher_may_be_better(tmp_path):
    text = GOOD.replace("mean_minutes_hospital", "people_within_60_min_hospital_wet")
    with pytest.raises(DataError, match="worse than the baseline.*higher is better"):
        read_targets(write(tmp_path, text))
    with pytest.raises(DataError, match="'goals.1.indicators.1.target': 101 is not within 0 to"):
        read_targets(write(tmp_path, text.replace("target = 40", "target = 101")))
    assert read_targets(write(tmp_path, text.replace("target = 40", "target = 50")))


def test_two_targets_for_one_day_and_a_goal_without_any(tmp_path):
    goal = GOOD[GOOD.index("[[goals]]") : GOOD.index("[[steps]]")]
    with pytest.raises(DataError, match="has two targets for 2030-12-31"):
        read_targets(write(tmp_path, goal + goal))
    assert read_targets(write(tmp_path, goal + goal.replace("2030", "2028")))
    with pytest.raises(DataError, match="'goals.1.indicators': is empty"):
        read_targets(write(tmp_path, '[[goals]]\ntitle_en="a"\ntitle_th="b"\nindicators=[]'))


def test_whose_file_counts(home, tmp_path):
    area = load_area("mae_hong_son")
    assert find_targets(area) == area.folder / "targets.toml"
    own = followed_folder(area) / "targets.toml"
    assert own.is_relative_to(home)
    own.parent.mkdir(parents=True)
    own.write_text(GOOD, encoding="utf-8")
    assert find_targets(area) == own
    assert targets_of(area).note_en == "only proposed"
    assert find_targets(area, tmp_path / "x") == tmp_path / "x"
    with pytest.raises(MissingFileError, match="a file of targets was expected"):
        targets_of(area, tmp_path / "x")


@pytest.mark.parametrize(
    "path", sorted(SHIPPED.glob("*/targets.toml")), ids=lambda path: path.parent.name
)
def test_shipped_targets_say_that_they_are_an_example(path):
    targets = read_targets(path)
    assert load_area(path.parent.name).layers.targets == path
    assert "not official" in targets.note_en
    assert "ไม่ใช่เป้าหมายของทางราชการ" in targets.note_th
    assert {one.quality for one in targets.each()} == {"E"}


def test_every_key_figure_has_a_unit_and_a_better_side():
    for name, one in indicators().items():
        assert name == one.id
        assert one.unit in UNITS
        assert one.better in {"lower", "higher"}
        assert one.season in {"", "dry", "wet"}
