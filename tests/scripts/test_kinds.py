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


def test_a_buddhist_year_is_told():
    with pytest.raises(click.BadParameter, match=r"2569 is a Buddhist year; 2026-11-23T08:00\?"):
        LocalTime(["%Y-%m-%dT%H:%M"]).convert("2569-11-23T08:00", None, None)


def test_numbers_in_their_range():
    assert Number(0, 1).convert("0.5", None, None) == 0.5
    with pytest.raises(click.BadParameter, match="not in the range 0<=x<=1"):
        Number(0, 1).convert("nan", None, None)
