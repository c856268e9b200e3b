def describe_intents() -> dict[str, str]:
    return {
        "track_order": "Where is my parcel, and when will my order be delivered?",
        "return_item": "I want to return or exchange something I bought because I do not like it "
        "or it does not fit.",
        "refund_status": "I returned my order and am still waiting for the refund. When do I get "
        "my money back?",
        "wrong_item": "The product that arrived is broken, faulty, incomplete or not the one I "
        "ordered.",
        "lost_card": "My bank card is lost, stolen or damaged. Please block it and send a new "
        "card.",
        "unknown_charge": "There is a payment on my statement that I did not make, or I was "
        "charged twice by a merchant.",
        "transfer_problem": "My bank transfer has not arrived or failed, or I sent money to the "
        "wrong account.",
        "fee_question": "What fees and interest rates does the bank charge for my account, card "
        "or loan?",
        "cancel_plan": "I want to cancel, pause or end my subscription membership.",
        "playback_problem": "The video or music does not play: it freezes, has no sound, or the "
        "subtitles are wrong.",
        "sign_in_problem": "I cannot log in: password, code, locked account or access from a "
        "device.",
        "find_title": "I am looking for a film, series, song or podcast to watch. What do you "
        "recommend?",
    }
