"""The sentences we say, one set a language. Italian is written, not translated, with formal Lei; neither promises."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Texts:
    """Everything that is said to customers in one language; a sentence that lacks here is a type error."""

    told: str  # evidence stated to us
    wrote: str  # evidence written elsewhere
    ask: str  # why we ask a question
    thanks: str  # of a gift that knows nothing of them
    things: dict[str, str]  # what went wrong, by mode
    thing: str  # of a mode we have no word for
    events: dict[str, str]  # what happened to it, by type
    event: str  # a type we have no words for
    late: str  # a delay whose length is known
    waited: str  # joined to an event
    owed: str
    slow: str  # a message whose wait is known
    because: str  # joins event and cause
    causes: dict[str, str]
    cause_unknown: str
    wait_sentence: str
    sorry: str
    greeting: str
    greeting_unnamed: str
    gifts: dict[str, str]
    filled: str  # "coffee: long, no sugar"
    reason: str
    opt_out: str
    remedy: str
    rights: str
    floor: str
    settled: str  # where a part of it was paid before
    paid: dict[str, str]  # how, by the agreement that a voucher in place of money would need
    closing: str
    lower_after_greeting: bool  # the comma of the greeting does not end a sentence


EN: Final = Texts(
    told="You told us {quote} {where} {when}.",
    wrote="You wrote {quote} {where} {when}.",
    ask="You have not told us yet, and we would rather ask than guess.",
    thanks="A small thank-you for choosing us.",
    things={
        "air": "flight",
        "rail": "train",
        "coach": "coach",
        "ferry": "ferry",
        "parcel": "parcel",
        "hotel": "stay",
        "store": "order",
        "telecom": "service",
    },
    thing="matter",
    events={
        "delay": "Your {thing} {when} was late",
        "cancellation": "Your {thing} {when} was cancelled",
        "denied_boarding": "You were denied boarding on your {thing} {when}",
        "downgrade": "You were seated in a lower class on your {thing} {when}",
        "bag_delayed": "Your bag arrived late from your {thing} {when}",
        "bag_lost": "Your bag was lost on your {thing} {when}",
        "bag_damaged": "Your bag was damaged on your {thing} {when}",
        "significant_change": "Your {thing} {when} was changed",
        "no_service": "Your {thing} {when} did not work",
        "late_start": "Your {thing} {when} began late",
        "failed_delivery": "Your {thing} {when} could not be delivered",
        "failed_purchase": "The purchase of your {thing} {when} failed",
        "missed_visit": "Nobody came to the appointment {when}",
        "slow_answer": "Your message {when} waited too long for our answer",
    },
    event="Something went wrong with your {thing} {when}",
    late="Your {thing} {when} arrived {late} late",
    slow="Your message {when} waited {wait} for our answer",
    because="{event}, because of {cause}",
    waited="{event}, and your message about it waited {wait} for our answer.",
    owed="{event}; by {law} you are owed {amount}.",
    causes={
        "carrier": "a fault of ours",
        "carrier_safety": "a technical matter of safety",
        "own_strike": "a strike of our own staff",
        "extraordinary": "circumstances outside our control",
    },
    cause_unknown="We do not know the cause yet.",
    wait_sentence="Your message about it then waited {wait} for our answer.",
    sorry="We are sorry.",
    greeting="Dear {name},",
    greeting_unnamed="Dear customer,",
    gifts={
        "surprise": "We have something small for you: {title}.",
        "tip": "A suggestion for you: {title}.",
        "question": "May we ask you something? {title}",
    },
    filled="We have noted: {slots}.",
    reason="Why you receive this: {why}",
    opt_out="If you would rather not hear from us like this, one word from you is enough.",
    remedy="To make up for it, we would like you to have: {title}.",
    rights="This comes in addition to your legal rights, which stay as they are.",
    floor=(
        "By {law} you are owed {amount}. {paid} To pay it, we need the bank details you would like us to use. Your "
        "other legal rights stay as they are."
    ),
    settled="Of {whole} in all, {settled} has been settled already.",
    paid={
        "": "It is paid in money.",
        "affirmative": "It is paid in money; a voucher instead would need your express agreement.",
        "written": "It is paid in money; a voucher instead would have to be worth more, and you to agree in writing.",
        "signed": "It is paid in money; a voucher instead would need your signed agreement.",
    },
    closing="Kind regards,",
    lower_after_greeting=False,
)

IT: Final = Texts(
    told="Lei ci ha detto {quote} {where} {when}.",
    wrote="Lei ha scritto {quote} {where} {when}.",
    ask="Non ce lo ha ancora detto, e preferiamo chiedere piuttosto che indovinare.",
    thanks="Un piccolo ringraziamento per averci scelto.",
    things={
        "air": "volo",
        "rail": "treno",
        "coach": "pullman",
        "ferry": "traghetto",
        "parcel": "pacco",
        "hotel": "soggiorno",
        "store": "ordine",
        "telecom": "servizio",
    },
    thing="caso",
    events={
        "delay": "Il Suo {thing} {when} ha avuto un ritardo",
        "cancellation": "Il Suo {thing} {when} è stato cancellato",
        "denied_boarding": "L’imbarco sul Suo {thing} {when} Le è stato negato",
        "downgrade": "Sul Suo {thing} {when} ha viaggiato in una classe inferiore",
        "bag_delayed": "Il Suo bagaglio è arrivato in ritardo dal Suo {thing} {when}",
        "bag_lost": "Il Suo bagaglio è andato smarrito sul Suo {thing} {when}",
        "bag_damaged": "Il Suo bagaglio è stato danneggiato sul Suo {thing} {when}",
        "significant_change": "Il Suo {thing} {when} è stato modificato",
        "no_service": "Il Suo {thing} {when} non ha funzionato",
        "late_start": "Il Suo {thing} {when} è cominciato in ritardo",
        "failed_delivery": "Il Suo {thing} {when} non è stato consegnato",
        "failed_purchase": "L’acquisto del Suo {thing} {when} non è riuscito",
        "missed_visit": "Nessuno si è presentato all’appuntamento {when}",
        "slow_answer": "Il Suo messaggio {when} ha atteso troppo la nostra risposta",
    },
    event="Qualcosa non è andato come doveva con il Suo {thing} {when}",
    late="Il Suo {thing} {when} è arrivato con {late} di ritardo",
    slow="Il Suo messaggio {when} ha atteso {wait} la nostra risposta",
    because="{event}, {cause}",
    waited="{event}, e il Suo messaggio in merito ha atteso {wait} la nostra risposta.",
    owed="{event}; in base al {law} Le spettano {amount}.",
    causes={
        "carrier": "per un disservizio nostro",
        "carrier_safety": "per ragioni tecniche di sicurezza",
        "own_strike": "per uno sciopero del nostro personale",
        "extraordinary": "per circostanze fuori dal nostro controllo",
    },
    cause_unknown="Non ne conosciamo ancora la causa.",
    wait_sentence="Il Suo messaggio in merito ha poi atteso {wait} la nostra risposta.",
    sorry="Ce ne scusiamo.",
    greeting="Gentile {name},",
    greeting_unnamed="Gentile cliente,",
    gifts={
        "surprise": "Abbiamo un piccolo pensiero per Lei: {title}.",
        "tip": "Un suggerimento per Lei: {title}.",
        "question": "Possiamo chiederLe una cosa? {title}",
    },
    filled="Abbiamo preso nota: {slots}.",
    reason="Perché lo riceve: {why}",
    opt_out="Se preferisce non ricevere più attenzioni come questa, ci basta una Sua parola.",
    remedy="Per questo desideriamo offrirLe: {title}.",
    rights="Questo gesto si aggiunge ai diritti che la legge Le riconosce, che restano invariati.",
    floor=(
        "In base al {law} Le spettano {amount}. {paid} Per il versamento ci occorrono le coordinate bancarie che "
        "preferisce. Gli altri Suoi diritti di legge restano invariati."
    ),
    settled="Di {whole} in tutto, {settled} sono già stati corrisposti.",
    paid={
        "": "L’importo si versa in denaro.",
        "affirmative": "L’importo si versa in denaro; un buono al suo posto richiederebbe il Suo consenso espresso.",
        "written": "L’importo si versa in denaro; un buono dovrebbe valere di più, con il Suo consenso scritto.",
        "signed": "L’importo si versa in denaro; un buono al suo posto richiederebbe il Suo consenso firmato.",
    },
    closing="Cordiali saluti,",
    lower_after_greeting=True,
)

BY_LANGUAGE: Final = {"en": EN, "it": IT}
