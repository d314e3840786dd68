"""Which body of law speaks to an incident, and what it says."""

from collections.abc import Iterable

from wowengine.decide.air import Flight
from wowengine.decide.candidate import Incident
from wowengine.decide.regime import Checked, Finding, Owed, Regime


def assess(incident: Incident, regimes: Iterable[Regime]) -> Owed:
    """Return what is owed for an incident, with its citations, or why that cannot be told.

    Parameters
    ----------
    incident
        What happened; a fact that is None is not known, and is asked for where it matters.
    regimes
        The bodies of law we know. The one in force on the day of the event answers.
    """
    asked = [one for one in regimes if incident.regime in (None, one.id)]
    if incident.regime and not asked:
        return _silent(f"We know no regime called {incident.regime}.")
    covering = [one for one in asked if one.mode == incident.mode and incident.type in one.claims]
    if not covering:
        return _silent(f"No regime of ours covers {incident.mode} {incident.type.replace('_', ' ')}.", asked, incident)
    in_force = [one for one in covering if one.in_force(incident.at.date())]
    if not in_force:
        return _silent(f"No regime of ours was in force on {incident.at:%Y-%m-%d}.", covering, incident)
    regime = in_force[0]
    flight = Flight(incident, regime)
    if flight.in_scope is False:
        return _silent(f"{regime.law['en']} does not cover this flight: {_route(incident)}.", in_force, incident)
    if regime.checked is Checked.UNVERIFIED:
        return _unread(regime)
    return flight.owed()


def _silent(reason: str, asked: list[Regime] | None = None, incident: Incident | None = None) -> Owed:
    """Nobody has a word on it; a regime that was asked for by name answers that nothing is due by it."""
    if asked and incident and incident.regime:
        named = asked[0]
        cites = named.cited(named.scope_cite)
        return Owed(named.id, named.law, Finding.NOT_ELIGIBLE, reason, 0, named.currency, citations=cites)
    return Owed("", {}, Finding.UNSUPPORTED, reason)


def _unread(regime: Regime) -> Owed:
    reason = f"{regime.law['en']} holds on that day, and we have not read it: a person must."
    cites = regime.cited(regime.scope_cite)
    return Owed(regime.id, regime.law, Finding.SOURCE_UNVERIFIED, reason, currency=regime.currency, citations=cites)


def _route(incident: Incident) -> str:
    from_country, to_country = incident.from_country or "?", incident.to_country or "?"
    return f"{from_country} to {to_country} on a carrier of {incident.carrier_country or '?'}"
