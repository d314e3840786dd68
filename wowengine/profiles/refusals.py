"""What the rules of identity say to whoever is refused, in English: one sentence a rule, for API and command line."""

HANDLE = {
    "nobody": "That stands for nobody.",
    "handle_of_another": "That is another customer's. If both are one person, let a person merge them.",
    "too_many": "Nobody has so many: an address of many people joins nobody.",
    "forgotten": "Its owner was forgotten, and does not come back.",
    "linked_already": "It is linked already.",
    "wrong_code": "This is not the code.",
    "no_open_code": "No code is open for it: it was used, its day is over, or it was tried too often.",
}
MERGE = {
    "same_record": "These are one record already.",
    "merged_already": "One of them was merged before. Undo that first, or merge the record that was kept.",
    "too_many_handles": "Together they would have more addresses than a person has. They are probably several people.",
    "undone_already": "This merge was undone already.",
    "merged_on": "The record that was kept has since been merged itself. Undo that first.",
    "not_of_this_match": "The match is of two other records.",
    "refused_already": "Somebody said that these are two people.",
}
