"""The round: profiles -> recommend -> decide -> campaigns. It carries one datum across rooms that never meet.

Reading order: ``round`` (run_round, decide_for), ``situation`` (what stands before a decision), ``past`` (what
happened before), ``training`` (outcomes and verdicts back into the model).

May import the four packages and everything below them; the edges and the demo import it.
"""

from wowengine.rounds.config import Config
from wowengine.rounds.round import RoundReport, decide_for, run_round
from wowengine.rounds.training import train_model

__all__ = ["Config", "RoundReport", "decide_for", "run_round", "train_model"]
