"""The nouns of the world by kind, each with its Japanese: `name=日本語`."""

_KINDS = """
animal 動物
  cat=猫 dog=犬 rabbit=うさぎ horse=馬 cow=牛 pig=豚 sheep=羊 goat=やぎ mouse=ねずみ lion=ライオン
  tiger=とら bear=熊 monkey=猿 elephant=象 fox=きつね wolf=おおかみ deer=鹿 frog=かえる
  snake=へび turtle=亀 hamster=ハムスター panda=パンダ zebra=しまうま giraffe=きりん camel=らくだ
bird 鳥
  duck=あひる hen=めんどり crow=からす owl=ふくろう eagle=わし swan=白鳥 penguin=ペンギン
  parrot=おうむ pigeon=鳩 crane=鶴 sparrow=すずめ swallow=つばめ hawk=鷹 peacock=くじゃく
  turkey=七面鳥 goose=がちょう gull=かもめ robin=こまどり ostrich=だちょう woodpecker=きつつき
fruit 果物
  apple=りんご pear=梨 peach=桃 grape=ぶどう lemon=レモン orange=オレンジ banana=バナナ
  cherry=さくらんぼ melon=メロン strawberry=いちご plum=すもも fig=いちじく mango=マンゴー
  kiwi=キウイ pineapple=パイナップル blueberry=ブルーベリー raspberry=ラズベリー lime=ライム
  apricot=あんず coconut=ココナッツ
vegetable 野菜
  carrot=にんじん potato=じゃがいも onion=玉ねぎ tomato=トマト cabbage=キャベツ pumpkin=かぼちゃ
  cucumber=きゅうり eggplant=なす radish=大根 bean=豆 pea=えんどう豆 leek=ねぎ turnip=かぶ
  broccoli=ブロッコリー lettuce=レタス spinach=ほうれん草 celery=セロリ garlic=にんにく
  pepper=ピーマン
  beet=ビーツ
tool 道具
  hammer=金づち saw=のこぎり axe=斧 drill=ドリル shovel=シャベル ladder=はしご rake=熊手
  screw=ねじ nail=釘 wrench=レンチ pliers=ペンチ crowbar=バール file=やすり knife=ナイフ
  needle=針 scissors=はさみ hook=フック broom=ほうき bucket=バケツ rope=ロープ
clothing 服
  shirt=シャツ coat=コート hat=帽子 skirt=スカート dress=ドレス sock=靴下 shoe=靴 glove=手袋
  scarf=マフラー sweater=セーター jacket=ジャケット belt=ベルト boot=ブーツ cap=キャップ
  tie=ネクタイ
  vest=ベスト apron=エプロン sandal=サンダル hood=フード uniform=制服
vehicle 乗り物
  car=車 bus=バス train=電車 bicycle=自転車 boat=ボート ship=船 truck=トラック plane=飛行機
  taxi=タクシー tram=路面電車 ferry=フェリー rocket=ロケット canoe=カヌー tractor=トラクター
  van=バン scooter=スクーター ambulance=救急車 helicopter=ヘリコプター wagon=荷車 sled=そり
instrument 楽器
  piano=ピアノ guitar=ギター violin=バイオリン drum=太鼓 flute=フルート trumpet=トランペット
  harp=ハープ cello=チェロ organ=オルガン harmonica=ハーモニカ clarinet=クラリネット tuba=チューバ
  banjo=バンジョー oboe=オーボエ saxophone=サックス xylophone=木琴 tambourine=タンバリン
  accordion=アコーディオン bugle=らっぱ ukulele=ウクレレ
furniture 家具
  chair=椅子 table=テーブル desk=机 bed=ベッド sofa=ソファー shelf=棚 lamp=ランプ mirror=鏡
  bench=ベンチ cupboard=食器棚 drawer=引き出し stool=丸椅子 cradle=ゆりかご bookcase=本棚
  wardrobe=洋服だんす couch=長椅子 carpet=じゅうたん curtain=カーテン cushion=クッション rug=敷物
drink 飲み物
  water=水 milk=牛乳 tea=お茶 coffee=コーヒー juice=ジュース cocoa=ココア soda=ソーダ
  lemonade=レモネード cider=サイダー wine=ワイン beer=ビール sake=日本酒 cola=コーラ
  smoothie=スムージー espresso=エスプレッソ punch=パンチ syrup=シロップ broth=だし
  champagne=シャンパン yogurt=ヨーグルト
insect 虫
  ant=あり bee=蜂 fly=はえ butterfly=ちょう beetle=かぶと虫 aphid=あぶらむし mosquito=蚊 moth=蛾
  cricket=こおろぎ ladybird=てんとう虫 dragonfly=とんぼ grasshopper=ばった firefly=ほたる
  wasp=すずめばち cicada=せみ mantis=かまきり flea=のみ termite=しろあり caterpillar=毛虫
  cockroach=ごきぶり
flower 花
  rose=ばら tulip=チューリップ lily=ゆり daisy=ひなぎく sunflower=ひまわり violet=すみれ
  iris=あやめ orchid=らん carnation=カーネーション poppy=けし dandelion=たんぽぽ lotus=はす
  lavender=ラベンダー hydrangea=あじさい jasmine=ジャスミン pansy=パンジー snowdrop=スノードロップ
  camellia=つばき peony=ぼたん marigold=マリーゴールド
job 職業
  doctor=医者 teacher=先生 nurse=看護師 farmer=農家 baker=パン屋 cook=料理人 driver=運転手
  pilot=パイロット painter=画家 singer=歌手 dancer=ダンサー writer=作家 actor=俳優 judge=裁判官
  lawyer=弁護士 sailor=船乗り soldier=兵士 carpenter=大工 tailor=仕立屋 fisherman=漁師
body 体の一部
  head=頭 hand=手 foot=足 arm=腕 leg=脚 eye=目 ear=耳 nose=鼻 mouth=口 tooth=歯 neck=首
  shoulder=肩 knee=ひざ finger=指 thumb=親指 back=背中 stomach=おなか tongue=舌 elbow=ひじ
  chin=あご
sport スポーツ
  soccer=サッカー tennis=テニス baseball=野球 basketball=バスケットボール golf=ゴルフ judo=柔道
  swimming=水泳 skiing=スキー rugby=ラグビー boxing=ボクシング volleyball=バレーボール
  hockey=ホッケー badminton=バドミントン karate=空手 sumo=相撲 archery=弓道 surfing=サーフィン
  cycling=サイクリング gymnastics=体操 skating=スケート
country 国
  Japan=日本 France=フランス China=中国 India=インド Italy=イタリア Spain=スペイン Canada=カナダ
  Brazil=ブラジル Egypt=エジプト Kenya=ケニア Mexico=メキシコ Norway=ノルウェー Peru=ペルー
  Greece=ギリシャ Russia=ロシア Germany=ドイツ Chile=チリ Cuba=キューバ Thailand=タイ Turkey=トルコ
"""


def _pair(item: str) -> tuple[str, str]:
    word, japanese = item.split("=")
    return word, japanese


def _parse(text: str) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    for line in text.strip().splitlines():
        if not line.startswith(" "):
            kind, names[kind] = line.split()
            words[line.split()[0]] = {}
        else:
            words[kind].update(_pair(item) for item in line.split())
    return words, names


KINDS, KIND_JA = _parse(_KINDS)
"""Kind → {English word: Japanese word}, and the kinds' own Japanese names."""

KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
JAPANESE = {word: ja for words in KINDS.values() for word, ja in words.items()}
UNCOUNTABLE = frozenset(KINDS["drink"]) - {"smoothie", "espresso"} | {
    "garlic", "spinach", "broccoli", "lavender", "lettuce", "celery", "clothing", "furniture",
}  # fmt: skip
PLURAL_ONLY = frozenset({"scissors", "pliers"})

_PLURALS = {
    "mouse": "mice", "sheep": "sheep", "deer": "deer", "goose": "geese", "knife": "knives",
    "wolf": "wolves", "leaf": "leaves", "shelf": "shelves", "scarf": "scarves", "foot": "feet",
    "tooth": "teeth", "fish": "fish", "child": "children", "man": "men", "woman": "women",
    "fisherman": "fishermen", "potato": "potatoes", "tomato": "tomatoes", "mango": "mangoes",
    "mosquito": "mosquitoes", "loaf": "loaves", "crane": "cranes", "person": "people",
    "stomach": "stomachs", "scissors": "scissors", "pliers": "pliers", "lotus": "lotuses",
}  # fmt: skip


def plural(noun: str) -> str:
    """`box → boxes`, `cherry → cherries`, `mouse → mice`."""
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def article(word: str) -> str:
    """`a` or `an`, by sound: `an hour`, `a uniform`."""
    if word.startswith(("uni", "uku", "use", "eu", "one")):
        return "a"
    return "an" if word[0] in "aeiouAEIOU" or word.startswith(("hour", "honest")) else "a"


def a(noun: str) -> str:
    """`a ball`, `an apple`; no article for what is not counted: `water`, `scissors`."""
    if noun in UNCOUNTABLE or noun in PLURAL_ONLY:
        return noun
    return f"{article(noun)} {noun}"
