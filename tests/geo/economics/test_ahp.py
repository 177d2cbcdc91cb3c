"""Weights of judgements against published values; ranks, and how they hang on the weights."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.economics.ahp import ahp_weights, scored, sensitivity
from geo.economics.packages import best_package
from geo.rules.priorities import read_priorities
from layers.errors import DataError

SAATY = np.array([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])


def test_weights_are_those_of_the_worked_example():
    found = ahp_weights(("a", "b", "c"), SAATY)
    assert found.weight == pytest.approx([0.63699, 0.25828, 0.10473], abs=5e-6)
    assert found.eigenvalue == pytest.approx(3.03851, abs=5e-6)
    assert found.consistency_index == pytest.approx(0.01926, abs=5e-6)
    assert found.consistency_ratio == pytest.approx(0.0332, abs=5e-5)
    assert found.consistent


@given(st.lists(st.floats(0.1, 9), min_size=1, max_size=8))
def test_judgements_that_agree_give_their_own_weights(own):
    weight = np.array(own) / sum(own)
    found = ahp_weights([str(at) for at in range(len(own))], weight[:, None] / weight)
    assert found.weight == pytest.approx(weight)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-8)


def test_judgements_that_contradict_one_another_are_told():
    # a over b, b over c, c over a.
    found = ahp_weights("abc", np.array([[1, 5, 1 / 5], [1 / 5, 1, 5], [5, 1 / 5, 1]]))
    assert not found.consistent


@pytest.mark.parametrize("wrong", [np.ones((2, 3)), np.array([[1, 3], [3, 1]]), -np.ones((2, 2))])
def test_what_is_no_matrix_of_judgements_is_refused(wrong):
    with pytest.raises(DataError, match="judgements"):
        ahp_weights("ab", wrong)


def test_ranks_and_the_weight_at_which_they_turn():
    weights = ahp_weights("ab", np.array([[1, 3], [1 / 3, 1]]))
    values = pd.DataFrame({"a": [10.0, 0.0, 5.0], "b": [9.0, 1.0, np.nan]}, ["x", "y", "z"])
    # Of b less is better: x is best in a and worst in b; nothing is known of z there.
    found = scored(values, (1, -1), weights)
    assert found.index.tolist() == ["x", "z", "y"]
    assert found["score"].tolist() == pytest.approx([0.75, 0.375, 0.25])
    assert found["rank"].tolist() == [1, 2, 3]
    turn = sensitivity(found, weights).set_index("criterion")
    # x scores w, y 1 - w: below a half y comes first.
    assert turn.loc["a", ["first", "other"]].tolist() == ["x", "y"]
    assert turn.loc["a", "weight_low"] == pytest.approx(0.5, abs=0.002)
    assert turn.loc["a", "weight_high"] == 1
    assert turn.loc["b", "weight_high"] == pytest.approx(0.5, abs=0.002)


def test_what_all_have_alike_decides_nothing():
    weights = ahp_weights("ab", np.ones((2, 2)))
    found = scored(pd.DataFrame({"a": [3.0, 3.0], "b": [1.0, 2.0]}, ["x", "y"]), (1, 1), weights)
    assert found["score"].tolist() == [1.0, 0.5]
    assert found.index[0] == "y"


def test_the_shipped_example_agrees_with_itself():
    priorities = read_priorities()
    found = ahp_weights([one.name for one in priorities.criteria], priorities.matrix())
    assert found.consistent
    assert found.weight.sum() == pytest.approx(1)


def test_a_row_that_is_no_number_is_told(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('judgements = ["1 x"]\n[[criteria]]\nfigure = "npv"\n', encoding="utf-8")
    with pytest.raises(DataError, match="row 1 of judgements"):
        read_priorities(file).matrix()


@given(
    st.lists(st.tuples(st.integers(-50, 99), st.integers(1, 50)), min_size=1, max_size=9),
    st.integers(0, 150),
)
def test_a_package_is_the_best_of_all_that_the_budget_buys(projects, budget):
    worth, cost = np.array(projects, float).T
    chosen = best_package(worth, cost, budget)
    assert cost[chosen].sum() <= budget
    every = (np.arange(2 ** len(worth))[:, None] >> np.arange(len(worth))) & 1
    within = every[every @ cost <= budget]
    assert worth[chosen].sum() == pytest.approx((within @ worth).max())


def test_a_budget_below_nothing_is_refused():
    with pytest.raises(DataError, match="budget"):
        best_package(np.ones(1), np.ones(1), -1.0)
