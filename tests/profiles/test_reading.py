import polars as pl
import pytest

from wowengine.profiles.reading import language, sentiment
from wowengine.profiles.reading.guards import load_guards
from wowengine.profiles.reading.read import Readings, read
from wowengine.profiles.reading.words import folded, load, padded


def reading(*texts: str, told: str | None = None) -> Readings:
    columns = {"id": range(len(texts)), "text": texts, "language": [told] * len(texts), "spoken": [None] * len(texts)}
    return read(pl.DataFrame(columns, schema_overrides={"language": pl.String, "spoken": pl.String}))


def stated(text: str) -> dict[str, str]:
    return dict(reading(text).preferences.select("slot", "value").rows())


def mood(text: str, told: str) -> float:
    return float(reading(text, told=told).texts["mood"][0])


def reason(text: str, told: str) -> str | None:
    found: str | None = reading(text, told=told).texts["reason"][0]
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’attesa è FINITA!!", " l attesa e finita "),
        ("Don't @brand https://x.y/z #HikingLife", " don't hikinglife "),
        ("❤️hiking🥾", " ❤ hiking 🥾 "),
        ("perche' no? 'quoted'", " perche no quoted "),
        ("   ", "  "),
    ],
)
def test_texts_become_padded_words(text: str, words: str) -> None:
    assert pl.select(padded(pl.lit(text))).item() == words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Il mio volo è in ritardo di tre ore", "it"),
        ("My flight is three hours late", "en"),
        ("Mein Flug hat drei Stunden Verspätung", "de"),
        ("Mon vol a trois heures de retard", "fr"),
        ("Mi vuelo lleva tres horas de retraso", "es"),
        ("O meu voo está três horas atrasado", "pt"),
        ("ok", None),
        ("🙂🙂🙂", None),
        ("", None),
    ],
)
def test_the_language_of_a_text_is_told_or_left_open(text: str, told: str | None) -> None:
    assert language.detect(pl.Series([text]))[0] == told


def test_the_sources_word_on_language_goes_first_and_the_customers_own_last() -> None:
    texts = pl.DataFrame({"id": [1, 2], "text": ["ok", "ok"], "language": ["it-IT", None], "spoken": [None, "fr"]})
    assert read(texts).texts["language"].to_list() == ["it", "fr"]


@pytest.mark.parametrize(
    ("better", "worse", "told"),
    [
        ("I am very happy", "I am happy", "en"),
        ("I am happy", "I am not happy", "en"),
        ("it was not bad", "it was bad", "en"),
        ("thank you, great service", "worst service ever, I waited five hours", "en"),
        ("where is gate 4", "my bag is lost and nobody answers", "en"),
        ("servizio ottimo, grazie mille", "servizio ottimo? no, pessimo", "it"),
        ("siamo contenti", "non siamo contenti", "it"),
        ("il treno parte alle 9", "treno cancellato, che vergogna", "it"),
    ],
)
def test_one_text_feels_better_than_the_other(better: str, worse: str, told: str) -> None:
    assert -1 <= mood(worse, told) < mood(better, told) <= 1


def test_a_language_without_a_lexicon_has_no_mood() -> None:
    assert reading("Das ist furchtbar", told="de").texts["mood"][0] is None


@pytest.mark.parametrize(
    ("text", "told", "why"),
    [
        ("Delayed again, sitting on the tarmac for two hours", "en", "late"),
        ("You cancelled my flight and left us stranded", "en", "cancelled"),
        ("Still no luggage, my suitcase is lost", "en", "lost_bag"),
        ("Overcharged! I want my refund", "en", "billing"),
        ("On hold for two hours and nobody answers the phone", "en", "wait"),
        ("The gate agent was rude to us", "en", "staff"),
        ("My parcel never arrived, terrible courier", "en", "delivery"),
        ("This is a disgrace", "en", "other"),
        ("Thanks for finding my bag!", "en", None),
        ("What time does the desk open?", "en", None),
        ("Il pacco non è ancora arrivato, pessimo corriere", "it", "delivery"),
        ("Valigia smarrita, che disastro", "it", "lost_bag"),
        ("Nessuno risponde al telefono, un'ora in attesa", "it", "wait"),
        ("Ritardo di tre ore, coincidenza persa", "it", "late"),
        ("Mi avete addebitato due volte la fattura, voglio il rimborso", "it", "billing"),
        ("Grazie per il rimborso, gentilissimi", "it", None),
    ],
)
def test_a_complaint_has_a_reason_and_anything_else_has_none(text: str, told: str, why: str | None) -> None:
    assert reason(text, told) == why


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("coffee: long, no sugar", "coffee", "long, no sugar"),
        ("Caffè: lungo, senza zucchero", "coffee", "lungo, senza zucchero"),
        ("I take my coffee black with two sugars. Thanks!", "coffee", "black with two sugars"),
        ("Il caffè lo prendo sempre macchiato", "coffee", "macchiato"),
        ("I always prefer a window seat", "seat", "window"),
        ("Preferisco il posto corridoio, grazie", "seat", "aisle"),
        ("I sleep best with a firm pillow", "pillow", "firm"),
        ("Preferisco un cuscino morbido", "pillow", "soft"),
        ("I always ask for a high floor", "room", "high floor"),
        ("Vorrei una camera al piano alto", "room", "high floor"),
        ("Hello!\ntea: earl grey", "tea", "earl grey"),
        ("newspaper: La Gazzetta", "newspaper", "la gazzetta"),
    ],
)
def test_a_stated_preference_fills_its_slot(text: str, slot: str, value: str) -> None:
    assert stated(text) == {slot: value}


@pytest.mark.parametrize(
    "text",
    [
        "Do you take your coffee black?",
        "My wife prefers a window seat",
        "I don't like window seats",
        "My coffee was cold",
        "The window was dirty",
        "Mio padre preferisce il posto corridoio",
    ],
)
def test_what_is_asked_or_others_or_refused_is_no_preference(text: str) -> None:
    assert stated(text) == {}


def test_every_word_list_is_read_and_folds_to_something() -> None:
    for name in ("dislike", "void", "others", "love", "refusal", "irony", "still"):
        assert all(phrase.strip() for phrase in folded(load_guards()[name]))
    assert set(sentiment.LANGUAGES) < set(load("sentiment.toml"))


def test_thousands_of_texts_take_no_second_each() -> None:
    texts = [f"I love hiking near lake {n}, but flight {n} was delayed" for n in range(5_000)]
    told = reading(*texts, told="en")
    assert told.mentions.height == 5_000
    assert told.texts.height == 5_000
