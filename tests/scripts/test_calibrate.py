"""`chaidaen calibrate` refuses before it works."""

from __future__ import annotations

import time

from commands import problem, run


def test_a_vehicle_that_is_there_is_not_fitted_first(tmp_path):
    """A fit takes minutes; what may not be replaced is told at once."""
    (tmp_path / "car.toml").write_text("kept", encoding="utf-8")
    began = time.monotonic()
    told = problem("calibrate", "mae_hong_son", "--adopt", tmp_path, "--quiet")
    assert "car.toml" in told
    assert "--overwrite" in told
    assert time.monotonic() - began < 5
    assert (tmp_path / "car.toml").read_text(encoding="utf-8") == "kept"


def test_nothing_is_adopted_without_a_fit(tmp_path):
    result = run("calibrate", "mae_hong_son", "--no-fit", "--adopt", tmp_path)
    assert result.exit_code == 2
    assert "--no-fit" in result.stderr
