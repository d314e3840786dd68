from typing import Any

import pytest

from tests.decide.make import POLICY, amends, candidate, decided, incident, moment, person, voucher
from wowengine.decide.decision import Suggestion
from wowengine.decide.law import Agreement, Cause
from wowengine.decide.texts import BY_LANGUAGE
from wowengine.terms import Basis, GestureKind


def letter(basis: Basis, language: str = "en", **facts: object) -> Suggestion:
    decision = decided(
        voucher(title="buono cinema" if language == "it" else "Film voucher", most=3),
        who=person(language=language),
        when=moment(incident=incident(**{"unanswered_minutes": 2160} | facts)),
    )
    return next(one for one in decision.suggestions if one.basis is basis)


def test_the_apology_that_sold_films_in_english() -> None:
    assert letter(Basis.GOODWILL).draft == (
        "Dear Anna Rossi,\n\n"
        "Your flight of 17 November 2026 arrived 3 h 12 min late, because of a technical matter of safety. "
        "Your message about it then waited 36 h for our answer. We are sorry.\n\n"
        "To make up for it, we would like you to have: 3 × Film voucher. "
        "This comes in addition to your legal rights, which stay as they are.\n\n"
        "Kind regards,\nVolare"
    )


def test_the_apology_that_sold_films_in_italian() -> None:
    assert letter(Basis.GOODWILL, "it").draft == (
        "Gentile Anna Rossi,\n\n"
        "il Suo volo del 17 novembre 2026 è arrivato con 3 h 12 min di ritardo, per ragioni tecniche di sicurezza. "
        "Il Suo messaggio in merito ha poi atteso 36 h la nostra risposta. Ce ne scusiamo.\n\n"
        "Per questo desideriamo offrirLe: 3 × buono cinema. "
        "Questo gesto si aggiunge ai diritti che la legge Le riconosce, che restano invariati.\n\n"
        "Cordiali saluti,\nVolare"
    )


def test_what_the_law_owes_is_offered_in_money_with_every_right_kept() -> None:
    english, italian = letter(Basis.FLOOR).draft, letter(Basis.FLOOR, "it").draft
    assert "By Regulation (EC) No 261/2004 you are owed EUR 250.00. It is paid in money" in english
    assert "Your other legal rights stay as they are." in english
    assert "In base al regolamento (CE) n. 261/2004 Le spettano EUR 250,00. L’importo si versa in denaro" in italian
    assert "Gli altri Suoi diritti di legge restano invariati." in italian
    assert "voucher:" not in english, "goodwill is another letter"


def test_where_a_part_is_settled_the_rest_is_offered_and_both_are_said() -> None:
    part = amends("owed:eu261", basis=Basis.FLOOR, subject="inc-1", amount_cents=10_000)
    said = {}
    for language in ("en", "it"):
        decision = decided(who=person(language=language, given=(part,)), when=moment(incident=incident()))
        said[language] = decision.suggestions[0].draft
    assert "you are owed EUR 150.00. Of EUR 250.00 in all, EUR 100.00 has been settled already. It is" in said["en"]
    assert "Le spettano EUR 150,00. Di EUR 250,00 in tutto, EUR 100,00 sono già stati corrisposti. L’" in said["it"]


def test_what_a_voucher_would_need_is_said_by_each_law_in_its_own_words() -> None:
    assert all(texts.paid.keys() == {"", *Agreement} for texts in BY_LANGUAGE.values())
    rail: dict[str, Any] = {"mode": "rail", "price_cents": 8_000, "currency": "EUR"}
    assert "would need your signed agreement" in letter(Basis.FLOOR).draft
    assert "voucher" not in letter(Basis.FLOOR, **rail).draft
    canadian = letter(Basis.FLOOR, "it", from_country="CA", to_country="US", cause="carrier", carrier_size="small")
    assert "In base al regolamento canadese" in canadian.draft
    assert "dovrebbe valere di più" in canadian.draft


@pytest.mark.parametrize("cause", [*Cause, None])
@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("kind", ["delay", "cancellation", "denied_boarding", "slow_answer", "odd_smell"])
def test_no_compensation_promises_and_each_tells_its_cause_or_that_it_is_not_known(
    cause: str | None, language: str, kind: str
) -> None:
    facts = {"cause": cause, "type": kind, "notice_days": 0, "mode": "air"}
    text = letter(Basis.GOODWILL, language, **facts).draft
    assert not [phrase for phrase in POLICY.face.banned if phrase.casefold() in text.casefold()]
    assert ("legal rights" if language == "en" else "diritti che la legge") in text
    unknown = ("We do not know the cause yet" if language == "en" else "Non ne conosciamo ancora la causa") in text
    assert unknown is (cause in {None, "unknown"})
    assert "{" not in text
    assert "None" not in text


def test_a_surprise_says_why_and_how_to_stop_it() -> None:
    [surprise] = decided(candidate(slots=("coffee",)), who=person(preferences={"coffee": "long, no sugar"})).suggestions
    assert surprise.draft == (
        "Dear Anna Rossi,\n\n"
        "We have something small for you: Trail map of the Dolomites. We have noted: coffee: long, no sugar.\n\n"
        "Why you receive this: You wrote “Nothing beats a morning in the Dolomites” on Mastodon on 8 November 2026.\n\n"
        "If you would rather not hear from us like this, one word from you is enough.\n\n"
        "Kind regards,\nVolare"
    )


def test_somebody_without_a_name_is_a_customer() -> None:
    for language, greeting in (("en", "Dear customer,"), ("it", "Gentile cliente,")):
        [surprise] = decided(candidate(), who=person(name=None, language=language)).suggestions
        assert surprise.draft.startswith(greeting)


@pytest.mark.parametrize("kind", [GestureKind.SURPRISE, GestureKind.TIP, GestureKind.QUESTION])
@pytest.mark.parametrize("language", ["en", "it"])
def test_every_kind_of_delight_has_a_letter(kind: GestureKind, language: str) -> None:
    [one] = decided(candidate(kind=kind, cost_cents=0), who=person(language=language)).suggestions
    assert one.title in one.draft
    assert one.why_text in one.draft
