import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from wowengine.recommend.bins import BINS, Bins, attributes_binned, binned_names

numbers = st.lists(st.integers(-10_000, 10_000), min_size=11, max_size=60, unique=True)


def named(values: list[int], attribute: str = "is:flights=") -> tuple[str, ...]:
    """Return the names of columns that these values, one row each, were binned under."""
    names = [f"{attribute}{value}" for value in values]
    return binned_names(names, sp.csr_matrix(np.eye(len(names), dtype=np.float32)))


@given(numbers, st.floats(-1e6, 1e6).map(lambda number: f"{number:.3f}"))
def test_every_number_falls_in_a_bin_whether_it_was_seen_or_not(values: list[int], served: str) -> None:
    names = named(values)
    assert len(names) <= BINS
    low, high = Bins(names).word(f"is:flights={served}").partition("=")[2].strip("[)").split(", ")
    assert float(low) <= float(served) < float(high)


@given(numbers, st.randoms(use_true_random=False))
def test_bins_do_not_depend_on_the_order_of_rows(values: list[int], dice: object) -> None:
    shuffled = sorted(values, key=lambda _: dice.random())  # type: ignore[attr-defined]
    assert named(values) == named(shuffled)


def test_bins_hold_about_as_many_rows_each() -> None:
    values = [n**2 for n in range(100)]
    bins = Bins(named(values))
    _, held = np.unique([bins.word(f"is:flights={value}") for value in values], return_counts=True)
    assert len(held) == BINS
    assert held.max() - held.min() <= 2


def test_an_edge_is_nobodys_own_number() -> None:
    assert named([100_000 + 1_111 * n for n in range(20)])[0] == "is:flights=[-inf, 104000)"


@pytest.mark.parametrize(
    "names",
    [
        [f"is:rooms={n}" for n in range(10)],  # few enough to be learned one by one
        [f"is:postcode=0{n}" for n in range(1000, 1020)],  # a code
        [f"is:seat={n}" for n in range(20)] + ["is:seat=aisle"],
        [f"took:{n}" for n in range(20)],  # ids of gestures
    ],
)
def test_what_is_no_quantity_has_no_bins(names: list[str]) -> None:
    kept = binned_names(names, sp.csr_matrix(np.eye(len(names), dtype=np.float32)))
    assert kept == tuple(names)
    assert attributes_binned(kept) == []


def test_attributes_of_another_name_are_left_alone() -> None:
    bins = Bins(named(list(range(20))))
    assert bins.word("is:nights=7") == "is:nights=7"
    assert bins.word("is:flights=many") == "is:flights=many"
    assert bins.word("interest:7") == "interest:7"
