"""Which body of law speaks to an incident, and what it says."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from wowengine.decide.air import Flight, FlightLaw
from wowengine.decide.candidate import Incident
from wowengine.decide.fixed import Fixed, FixedLaw
from wowengine.decide.hearing import Hearing, unread
from wowengine.decide.late import Late, LateLaw
from wowengine.decide.law import Checked, Finding, Kind, Law, Owed
from wowengine.decide.refund import Refund, RefundLaw
from wowengine.decide.regime import Regime
from wowengine.decide.review import Review, ReviewLaw

_HEARINGS: dict[type[Law], Callable[..., Hearing[Any]]] = {
    FlightLaw: Flight,
    LateLaw: Late,
    RefundLaw: Refund,
    FixedLaw: Fixed,
    ReviewLaw: Review,
}


def assess(incident: Incident, regimes: Iterable[Regime]) -> Owed:
    """Return what is owed for an incident, with its citations, or why that cannot be told.

    Parameters
    ----------
    incident
        What happened; a fact that is None is not known, and is asked for where it matters.
    regimes
        The bodies of law we know. Of those in force on the day of the event and fitting, that of the country of
        departure answers, otherwise the first; a contract after them all. The others stand under `also`.
    """
    asked = [one for one in regimes if incident.regime in (None, one.id)]
    if incident.regime and not asked:
        return _silent(f"We know no regime called {incident.regime}.")
    covering = concerned(incident, asked)
    if not covering:
        return _silent(f"No regime of ours covers {incident.mode} {incident.type.replace('_', ' ')}.", asked, incident)
    in_force = [one for one in covering if one.in_force(incident.at.date())]
    if not in_force:
        return _silent(f"No regime of ours was in force on {incident.at:%Y-%m-%d}.", covering, incident)
    hearings = [_HEARINGS[type(one)](incident, one) for one in in_force]
    fitting = sorted((one for one in hearings if one.in_scope is not False), key=_rank)
    if not fitting:
        who = in_force[0].law["en"] if len(in_force) == 1 else "None of our regimes"
        return _silent(f"{who} does not cover this: {_route(incident)}.", in_force, incident)
    answer, *others = map(_answer, fitting)
    return replace(answer, also=tuple(others))


def heard(incident: Incident, regimes: Iterable[Regime]) -> list[Regime]:
    """Return those that an answer rests on: whatever was asked for by name, or knows this kind of incident."""
    if incident.regime:
        return [one for one in regimes if one.id == incident.regime]
    return concerned(incident, regimes)


def concerned(incident: Incident, regimes: Iterable[Regime]) -> list[Regime]:
    """Return those that know this kind of incident."""
    return [one for one in regimes if one.mode == incident.mode and incident.type in one.claims]


def _rank(hearing: Hearing[Any]) -> tuple[bool, bool, bool]:
    """Law before contract, certain before possible, the country of departure before any other."""
    return hearing.regime.kind is Kind.CONTRACT, hearing.in_scope is not True, not hearing.at_home


def _answer(hearing: Hearing[Any]) -> Owed:
    return unread(hearing.regime) if hearing.regime.checked is Checked.UNVERIFIED else hearing.owed()


def _silent(reason: str, asked: list[Regime] | None = None, incident: Incident | None = None) -> Owed:
    """Nobody has a word on it; a regime that was asked for by name answers that nothing is due by it."""
    if asked and incident and incident.regime:
        named = asked[0]
        cites = named.cited(named.scope_cite)
        return Owed(named.id, named.law, Finding.NOT_ELIGIBLE, reason, 0, named.currency, citations=cites)
    return Owed("", {}, Finding.UNSUPPORTED, reason)


def _route(incident: Incident) -> str:
    from_country, to_country = incident.from_country or "?", incident.to_country or "?"
    return f"{from_country} to {to_country} on a carrier of {incident.carrier_country or '?'}"
