"""The tests. With ``WOW_TEST_MUTANT`` set, they meet a product that is wrong in one way (see `tests.mutants`)."""

import os

if _mutant := os.environ.get("WOW_TEST_MUTANT"):
    from tests import mutants

    mutants.MUTANTS[_mutant].make()
