"""The round: profiles -> recommend -> decide -> campaigns. It carries one datum across rooms that never meet.

Reading order: ``round`` (run_round, decide_for; ``wanted`` of which gestures), ``situation`` (what stands before a
decision), ``sharing`` (what is scarce), ``past`` (what happened before), ``fairness`` (the same harm, the same care),
``training`` (outcomes and verdicts back into the model), ``bulk`` (everybody's scores into files), ``campaign`` (the
round of one campaign: ``circle`` whom it is about, ``skips`` why somebody gets nothing, ``triggers`` what sets it off).

May import the four packages and everything below them; the edges and the demo import it.
"""

from wowengine.rounds.bulk import ShardReport, score_shard
from wowengine.rounds.config import Config
from wowengine.rounds.drifted import drifted
from wowengine.rounds.round import RoundReport, assign_for, decide_for, run_round
from wowengine.rounds.training import train_model
from wowengine.rounds.unseen import unseen
from wowengine.rounds.wanted import Wanted

__all__ = [
    "Config",
    "RoundReport",
    "ShardReport",
    "Wanted",
    "assign_for",
    "decide_for",
    "drifted",
    "run_round",
    "score_shard",
    "train_model",
    "unseen",
]
