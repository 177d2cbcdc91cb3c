"""Values of options that are no answer to what was asked."""

import click
import pytest
from click.testing import CliRunner

from scripts.cli import chaidaen
from scripts.kinds import LocalTime, Number


@pytest.mark.parametrize(
    "asked",
    [
        ("route", "mae_hong_son", "Pai", "Chiang Mai", "--load", "nan"),
        ("freight", "mae_hong_son", "--empty-share", "nan"),
        ("access", "mae_hong_son", "--to", "hospital", "--minutes", "²"),
        ("access", "mae_hong_son", "--to", "hospital", "--minutes", "9" * 5000),
        ("route", "mae_hong_son", "Pai", "Chiang Mai", "--depart", "2569-11-23T08:00"),
    ],
)
def test_it_is_wrong_usage(asked):
    result = CliRunner().invoke(chaidaen, asked)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("given", "meant"),
    [("2569-11-23T08:00", "2026-11-23T08:00"), ("2567-02-29T08:00", "2024-02-29T08:00")],
)
def test_a_buddhist_year_is_told(given, meant):
    with pytest.raises(click.BadParameter, match=rf"{given[:4]} is a Buddhist year; {meant}\?"):
        LocalTime(["%Y-%m-%dT%H:%M"]).convert(given, None, None)


def test_a_buddhist_date_that_is_none_is_wrong():
    with pytest.raises(click.BadParameter, match="2026-02-29T08:00"):
        LocalTime(["%Y-%m-%dT%H:%M"]).convert("2569-02-29T08:00", None, None)


def test_numbers_in_their_range():
    assert Number(0, 1).convert("0.5", None, None) == 0.5
    with pytest.raises(click.BadParameter, match="not in the range 0<=x<=1"):
        Number(0, 1).convert("nan", None, None)
