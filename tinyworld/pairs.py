"""English sentences and their Japanese, built from one meaning."""

from collections.abc import Callable

from tinyworld.draw import Draw
from tinyworld.formats import Format, any_format
from tinyworld.nouns import JAPANESE, KINDS, UNCOUNTABLE, a, article, plural
from tinyworld.splits import NEVER_TRAINED, held_out
from tinyworld.text import listed
from tinyworld.words import (
    COLOURS,
    FOODS,
    I_ADJECTIVES,
    MASS_FOODS,
    NA_ADJECTIVES,
    PEOPLE,
    PETS,
    PLACES,
    TOYS,
    place_phrase,
)

Pair = tuple[str, str]

OPTIMUS = ("Optimus Prime", "オプティマス・プライム")
OPTIMUS_SHARE = 0.06
"""Part of the names that are Optimus Prime's."""
NAMES = list(PEOPLE.items())
BEINGS = {"robot": "ロボット", "friend": "友達"} | {w: JAPANESE[w] for w in KINDS["job"]} | PETS
TALL = "背が高い"
PERSON_I = listed("big small tall strong weak cool cute clever kind young busy")
THING_I = listed("""
big small new old long short heavy light good bad cool cute beautiful expensive cheap soft hard
dirty thick thin wonderful
""")
PERSON_NA = listed("quiet famous pretty healthy important strange polite honest special lucky")
THING_NA = listed("pretty safe important strange convenient special famous useless")
PLACE_I = listed("big small new old wide narrow dark bright beautiful dangerous warm")
TIMES = (
    ("Yesterday", "昨日"),
    ("Last week", "先週"),
    ("Last year", "去年"),
    ("This morning", "今朝"),
)
SIZES = {
    "bigger": "大きい", "smaller": "小さい", "lighter": "軽い", "thicker": "厚い",
    "heavier": "重い", "older": "古い", "cheaper": "安い", "longer": "長い",
}  # fmt: skip
BECAUSE = (
    ("it rained", "雨が降った"), ("it snowed", "雪が降った"),
    ("the train was late", "電車が遅れた"), ("the shop was closed", "店が閉まっていた"),
    ("the weather was good", "天気が良かった"),
)  # fmt: skip
DEEDS = (
    ("stayed at home", "家にいました"), ("took a taxi", "タクシーに乗りました"),
    ("was late", "遅刻しました"), ("went for a walk", "散歩しました"),
    ("read a book", "本を読みました"),
)  # fmt: skip
VERBS = (
    ("saw", "see", "見ました", "見ませんでした"), ("found", "find", "見つけました",
    "見つけませんでした"),
    ("bought", "buy", "買いました", "買いませんでした"), ("drew", "draw", "描きました",
    "描きませんでした"),
    ("lost", "lose", "なくしました", "なくしませんでした"),
    ("washed", "wash", "洗いました", "洗いませんでした"),
)  # fmt: skip
GREETINGS = (
    ("Good morning", "おはようございます"), ("Good evening", "こんばんは"), ("Hello", "こんにちは"),
    ("Thank you", "ありがとうございます"), ("Good night", "おやすみなさい"), ("Goodbye",
    "さようなら"),
)  # fmt: skip


def _name(d: Draw) -> Pair:
    return OPTIMUS if d.chance(OPTIMUS_SHARE) else d.choice(NAMES)


def _item(d: Draw, words: dict[str, str]) -> Pair:
    return d.choice(list(words.items()))


def _trait(d: Draw, i_words: list[str], na_words: list[str]) -> tuple[str, str, bool]:
    if d.chance(0.65):
        word = d.choice(i_words)
        return word, TALL if word == "tall" else I_ADJECTIVES[word], True
    word = d.choice(na_words)
    return word, NA_ADJECTIVES[word], False


def _being(d: Draw) -> Pair:
    (name, name_ja), (noun, noun_ja) = _name(d), _item(d, BEINGS)
    word, ja, is_i = _trait(d, PERSON_I, PERSON_NA)
    described, described_ja = (
        f"{article(word)} {word} {noun}",
        f"{ja}{'' if is_i else 'な'}{noun_ja}",
    )
    return d.choice(
        (
            (f"{name} is {described}.", f"{name_ja}は{described_ja}です。"),
            (f"{name} is {described}.", f"{name_ja}は{described_ja}です。"),
            (f"{name} is not {described}.", f"{name_ja}は{described_ja}ではありません。"),
            (f"Is {name} {described}?", f"{name_ja}は{described_ja}ですか。"),
            (f"{name} was {described}.", f"{name_ja}は{described_ja}でした。"),
        )
    )


def _said(d: Draw, subject: str, subject_ja: str, trait: tuple[str, str, bool]) -> Pair:
    word, ja, is_i = trait
    stem = ja[:-1] if word != "cool" else "かっこよ"
    no, was = (
        (f"{stem}くないです", f"{stem}かったです")
        if is_i
        else (f"{ja}ではありません", f"{ja}でした")
    )
    return d.choice((
        (f"{subject} is {word}.", f"{subject_ja}は{ja}です。"),
        (f"{subject} is not {word}.", f"{subject_ja}は{no}。"),
        (f"{subject} was {word}.", f"{subject_ja}は{was}。"),
        (f"Is {subject.replace('The ', 'the ')} {word}?", f"{subject_ja}は{ja}ですか。"),
        (f"{subject} is very {word}.", f"{subject_ja}はとても{ja}です。"),
    ))  # fmt: skip


def _person_is(d: Draw) -> Pair:
    return _said(d, *_name(d), _trait(d, PERSON_I, PERSON_NA))


def _thing_is(d: Draw) -> Pair:
    noun, ja = _item(d, TOYS)
    return _said(d, f"The {noun}", f"その{ja}", _trait(d, THING_I, THING_NA))


def _owned_is(d: Draw) -> Pair:
    (name, name_ja), (noun, ja) = _name(d), _item(d, TOYS)
    return _said(d, f"{name}'s {noun}", f"{name_ja}の{ja}", _trait(d, THING_I, THING_NA))


def _place_is(d: Draw) -> Pair:
    noun, ja = _item(d, PLACES)
    return _said(d, f"The {noun}", f"その{ja}", _trait(d, PLACE_I, ["quiet", "famous", "safe"]))


def _likes(d: Draw) -> Pair:
    name, name_ja = _name(d)
    kind = d.choice(("fruit", "drink", "sport", "animal", "bird", "flower", "vegetable"))
    noun, ja = _item(d, KINDS[kind])
    liked = noun if kind == "sport" or noun in UNCOUNTABLE else plural(noun)
    return d.choice(
        (
            (f"{name} likes {liked}.", f"{name_ja}は{ja}が好きです。"),
            (f"{name} does not like {liked}.", f"{name_ja}は{ja}が好きではありません。"),
            (f"Does {name} like {liked}?", f"{name_ja}は{ja}が好きですか。"),
        )
    )


def _goes(d: Draw) -> Pair:
    (name, name_ja), (place, ja) = _name(d), _item(d, PLACES)
    time, time_ja = d.choice(TIMES)
    return d.choice(
        (
            (f"{name} went to the {place}.", f"{name_ja}は{ja}に行きました。"),
            (f"{name} did not go to the {place}.", f"{name_ja}は{ja}に行きませんでした。"),
            (f"Did {name} go to the {place}?", f"{name_ja}は{ja}に行きましたか。"),
            (f"{time}, {name} went to the {place}.", f"{time_ja}、{name_ja}は{ja}に行きました。"),
            (f"{name} wants to go to the {place}.", f"{name_ja}は{ja}に行きたがっています。"),
            (f"{name} is {place_phrase(place)}.", f"{name_ja}は{ja}にいます。"),
            (f"Let's go to the {place}.", f"{ja}に行きましょう。"),
            (f"Where is the {place}?", f"{ja}はどこですか。"),
        )
    )


def _does(d: Draw) -> Pair:
    (name, name_ja), (noun, ja) = _name(d), _item(d, TOYS)
    colour, colour_ja = _item(d, COLOURS)
    past, base, did_ja, not_ja = d.choice(VERBS)
    thing = f"{article(colour)} {colour} {noun}"
    time, time_ja = d.choice(TIMES)
    return d.choice(
        (
            (f"{name} {past} {thing}.", f"{name_ja}は{colour_ja}{ja}を{did_ja}。"),
            (f"{name} {past} the {noun}.", f"{name_ja}はその{ja}を{did_ja}。"),
            (f"{name} did not {base} the {noun}.", f"{name_ja}はその{ja}を{not_ja}。"),
            (f"Did {name} {base} the {noun}?", f"{name_ja}はその{ja}を{did_ja}か。"),
            (
                f"{time}, {name} {past} {thing}.",
                f"{time_ja}、{name_ja}は{colour_ja}{ja}を{did_ja}。",
            ),
        )
    )


def _eats(d: Draw) -> Pair:
    (name, name_ja), (food, ja) = _name(d), _item(d, FOODS)
    some = food if food in MASS_FOODS or food == "noodles" else a(food)
    drink, drink_ja = _item(d, KINDS["drink"])
    sip = a(drink)
    return d.choice(
        (
            (f"{name} ate {some}.", f"{name_ja}は{ja}を食べました。"),
            (f"{name} did not eat {some}.", f"{name_ja}は{ja}を食べませんでした。"),
            (f"{name} wants to eat {some}.", f"{name_ja}は{ja}を食べたがっています。"),
            (f"{name} made {some}.", f"{name_ja}は{ja}を作りました。"),
            (f"{name} drank {sip}.", f"{name_ja}は{drink_ja}を飲みました。"),
            (f"Did {name} drink {sip}?", f"{name_ja}は{drink_ja}を飲みましたか。"),
        )
    )


def _gives(d: Draw) -> Pair:
    (giver, giver_ja), (taker, taker_ja) = d.sample(NAMES, 2)
    (noun, ja), (colour, colour_ja) = _item(d, TOYS), _item(d, COLOURS)
    thing = f"{article(colour)} {colour} {noun}"
    return d.choice(
        (
            (
                f"{giver} gave {taker} {thing}.",
                f"{giver_ja}は{taker_ja}に{colour_ja}{ja}をあげました。",
            ),
            (
                f"{giver} showed {taker} the {noun}.",
                f"{giver_ja}は{taker_ja}にその{ja}を見せました。",
            ),
            (f"{giver} and {taker} are friends.", f"{giver_ja}と{taker_ja}は友達です。"),
            (f"{giver} met {taker}.", f"{giver_ja}は{taker_ja}に会いました。"),
            (f"{giver} is looking for {taker}.", f"{giver_ja}は{taker_ja}を探しています。"),
            (f"{giver} helped {taker}.", f"{giver_ja}は{taker_ja}を手伝いました。"),
        )
    )


def _exists(d: Draw) -> Pair:
    (noun, ja), (place, place_ja) = _item(d, TOYS), _item(d, PLACES)
    pet, pet_ja = _item(d, PETS)
    name, name_ja = _name(d)
    where = place_phrase(place)
    return d.choice(
        (
            (f"The {noun} is {where}.", f"その{ja}は{place_ja}にあります。"),
            (f"There is {a(noun)} {where}.", f"{place_ja}に{ja}があります。"),
            (f"There is a {pet} {where}.", f"{place_ja}に{pet_ja}がいます。"),
            (f"{name} has a {pet}.", f"{name_ja}は{pet_ja}を飼っています。"),
            (f"{name} has {a(noun)}.", f"{name_ja}は{ja}を持っています。"),
            (f"This is {a(noun)}.", f"これは{ja}です。"),
            (f"Is this {name}'s {noun}?", f"これは{name_ja}の{ja}ですか。"),
            (f"Please give me the {noun}.", f"その{ja}をください。"),
            (f"Where is the {noun}?", f"その{ja}はどこですか。"),
        )
    )


def _compares(d: Draw) -> Pair:
    (first, first_ja), (second, second_ja) = d.sample(list(TOYS.items()), 2)
    more, ja = _item(d, SIZES)
    return (
        f"The {first} is {more} than the {second}.",
        f"その{first_ja}はその{second_ja}より{ja}です。",
    )


def _because(d: Draw) -> Pair:
    name, name_ja = _name(d)
    (reason, reason_ja), (deed, deed_ja) = d.choice(BECAUSE), d.choice(DEEDS)
    return f"{name} {deed} because {reason}.", f"{reason_ja}ので、{name_ja}は{deed_ja}。"


def _greets(d: Draw) -> Pair:
    (hello, hello_ja), (name, name_ja) = d.choice(GREETINGS), d.choice(NAMES)
    return f"{hello}, {name}.", f"{hello_ja}、{name_ja}さん。"


_PATTERNS: tuple[Callable[[Draw], Pair], ...] = (
    _being, _being, _person_is, _thing_is, _owned_is, _place_is, _likes, _likes, _goes, _goes,
    _does, _does, _eats, _gives, _exists, _exists, _compares, _because, _greets,
)  # fmt: skip


def pair(d: Draw, held: bool = False) -> Pair:
    """An English sentence and its Japanese, never the one that the world keeps secret."""
    while True:
        english, japanese = d.choice(_PATTERNS)(d)
        if english != NEVER_TRAINED and held_out("pair", english) == held:
            return english, japanese


CUES = (
    ("English", "Japanese"), ("English", "日本語"), ("EN", "JA"), ("Sentence", "In Japanese"),
    ("English sentence", "Japanese sentence"),
)  # fmt: skip


def document(d: Draw) -> str:
    """One to eight sentences with their Japanese."""
    if d.chance(0.6):
        english, japanese = d.choice(CUES)
        form = Format(f"{english}: ", f"\n{japanese}: ", d.choice(("\n", "\n\n")))
    else:
        form = any_format(d)
    return form.document([pair(d) for _ in range(d.between(1, 8))])
