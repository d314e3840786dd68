"""What is told today and the serving model never learned is counted, and named."""

import numpy as np

from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.intake import take_customers
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.model import Mix, Model
from wowengine.rounds import unseen


def taught(*people: str, gestures: tuple[str, ...] = ()) -> Model:
    """Return a model that knows these features, and nothing of worth about them."""
    nothing = np.zeros
    form = Bilinear(
        people,
        nothing((len(people), 1), dtype=np.float32),
        nothing(len(people), dtype=np.float32),
        gestures,
        nothing((len(gestures), 1), dtype=np.float32),
        nothing(len(gestures), dtype=np.float32),
    )
    return Model("", {"linear": form}, Mix({}), Mix({}), None, {})


def company(database: Database) -> None:
    """Let thirty customers be of two tiers, each with a number of flights and a seat of their own."""
    rows = [
        {
            "customer_id": f"c{n:02}",
            "tier": ("gold", "blue")[n % 2],
            "flights": n,
            "seat": f"{n}A",
            "consents": "offers",
        }
        for n in range(30)
    ]
    with database.transaction() as session:
        take_customers(session, from_mappings(rows))
        store.rebuild(session, clock.now())


def test_what_several_share_and_no_way_knows_is_named(database: Database) -> None:
    company(database)
    with database.reading() as session:
        found = unseen(session, taught("tier:gold", "is:flights=[-inf, 9)", "is:flights=[9, inf)"))
    known = {name for name in found["customers"].names if name.startswith(("is:", "tier:"))}
    assert known == {"tier:blue"}
    assert found["customers"].told >= 4


def test_numbers_that_were_never_learned_count_by_their_bins(database: Database) -> None:
    company(database)
    with database.reading() as session:
        found = unseen(session, taught("tier:gold", "tier:blue"))
    assert len([name for name in found["customers"].names if name.startswith("is:flights=[")]) == 5


def test_without_decisions_and_gestures_there_is_none_of_either(database: Database) -> None:
    company(database)
    with database.reading() as session:
        found = unseen(session, taught())
    assert found["moments"].told == found["gestures"].told == 0
