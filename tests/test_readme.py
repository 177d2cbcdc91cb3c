"""What README shows of Python runs, and says what it says."""

import doctest
from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_python_of_the_readme_runs():
    readme = Path(__file__).parents[1] / "README.md"
    failed, tried = doctest.testfile(str(readme), module_relative=False, encoding="utf-8")
    assert tried > 10
    assert failed == 0
