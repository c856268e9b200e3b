"""People, places, things, qualities and verbs of the world, with their Japanese."""

from tinyworld.nouns import JAPANESE, KINDS
from tinyworld.text import listed


def _pairs(text: str) -> dict[str, str]:
    return dict(item.split("=") for item in text.split())


WOMEN = _pairs("""
Kate=ケイト Anna=アンナ Mary=メアリー Lucy=ルーシー Emma=エマ Rosa=ローザ Nina=ニーナ Ella=エラ
Sara=サラ Julia=ジュリア Maya=マヤ Lena=レナ Alice=アリス Clara=クララ Grace=グレース Helen=ヘレン
Yuki=ユキ Hana=ハナ Aiko=アイコ Naomi=ナオミ Olga=オルガ Irene=アイリーン Vera=ベラ Molly=モリー
""")
MEN = _pairs("""
Tom=トム Ken=ケン Ben=ベン Sam=サム Jack=ジャック Peter=ピーター Paul=ポール Leo=レオ Max=マックス
Oscar=オスカー Hugo=ヒューゴ Adam=アダム David=デイビッド Eric=エリック Frank=フランク
Henry=ヘンリー
Taro=タロウ Jiro=ジロウ Kenji=ケンジ Hiro=ヒロ Simon=サイモン Victor=ビクター Noah=ノア
Felix=フェリックス
""")
PEOPLE = WOMEN | MEN
PET_NAMES = _pairs("""
Momo=モモ Kuro=クロ Shiro=シロ Tama=タマ Pochi=ポチ Coco=ココ Rex=レックス Lucky=ラッキー Bella=ベラ
Daisy=デイジー Milo=マイロ Simba=シンバ Ruby=ルビー Toto=トト
""")
PETS = {w: JAPANESE[w] for w in listed("cat dog rabbit hamster turtle pig goat duck parrot horse")}

COLOURS = _pairs("""
red=赤い blue=青い white=白い black=黒い yellow=黄色い brown=茶色い green=緑の pink=ピンクの
purple=紫の
orange=オレンジ色の grey=灰色の golden=金色の silver=銀色の
""")

PLACES = _pairs("""
park=公園 garden=庭 kitchen=台所 school=学校 library=図書館 station=駅 market=市場 farm=農場
beach=浜辺
forest=森 river=川 lake=湖 museum=博物館 hospital=病院 bakery=パン屋 shop=店 harbour=港 castle=城
village=村 office=事務所 attic=屋根裏 barn=納屋 cave=洞窟 bridge=橋 square=広場 theatre=劇場
zoo=動物園
hotel=ホテル temple=寺 tower=塔 playground=遊び場 classroom=教室 garage=車庫 bathroom=浴室
bedroom=寝室
""")
AT_PLACES = frozenset(
    listed("""school station market farm beach river lake hospital bakery harbour bridge
theatre zoo hotel temple tower office""")
)

TOYS = _pairs("""
ball=ボール doll=人形 kite=凧 robot=ロボット book=本 box=箱 bag=かばん cup=カップ umbrella=傘 key=鍵
watch=時計 ring=指輪 pen=ペン pencil=鉛筆 camera=カメラ basket=かご blanket=毛布 candle=ろうそく
bottle=びん coin=コイン map=地図 letter=手紙 notebook=ノート phone=電話 plate=皿 spoon=スプーン
stone=石 whistle=笛 balloon=風船 lantern=ランタン pillow=枕 brush=ブラシ toy=おもちゃ
present=プレゼント
flag=旗 ribbon=リボン bell=鈴 jar=つぼ purse=財布 puzzle=パズル
""")
THINGS = TOYS | {
    w: JAPANESE[w]
    for w in listed("hat scarf coat glove sweater drum flute guitar trumpet bicycle lamp shovel")
}
FOODS = _pairs("""
bread=パン cake=ケーキ soup=スープ rice=ご飯 cheese=チーズ pizza=ピザ salad=サラダ honey=はちみつ
chocolate=チョコレート noodles=麺 meat=肉 fish=魚 pie=パイ butter=バター jam=ジャム curry=カレー
pudding=プリン sandwich=サンドイッチ egg=卵 toast=トースト
""")
MASS_FOODS = frozenset(
    listed("bread soup rice cheese salad honey chocolate meat butter jam curry toast")
)


I_ADJECTIVES = _pairs("""
big=大きい small=小さい new=新しい old=古い hot=熱い cold=冷たい tall=高い long=長い short=短い
fast=速い
slow=遅い heavy=重い light=軽い strong=強い weak=弱い good=良い bad=悪い cool=かっこいい
cute=かわいい
beautiful=美しい interesting=面白い boring=つまらない difficult=難しい easy=易しい expensive=高い
cheap=安い soft=柔らかい hard=硬い round=丸い dark=暗い bright=明るい wide=広い narrow=狭い
young=若い
kind=優しい delicious=おいしい sweet=甘い bitter=苦い dirty=汚い dangerous=危ない thick=厚い
thin=薄い
deep=深い shallow=浅い near=近い far=遠い busy=忙しい wonderful=すばらしい warm=暖かい clever=賢い
""")
NA_ADJECTIVES = _pairs("""
quiet=静か famous=有名 pretty=きれい safe=安全 healthy=元気 important=大切 simple=簡単 strange=変
convenient=便利 polite=丁寧 honest=正直 rich=豊か lucky=幸運 special=特別 useless=無駄 calm=穏やか
""")

OPPOSITES = dict(
    pair.split("-")
    for pair in listed("""
    big-small hot-cold tall-short fast-slow heavy-light strong-weak good-bad new-old hard-soft
    wide-narrow dark-bright rich-poor happy-sad early-late thick-thin deep-shallow near-far
    clean-dirty full-empty wet-dry open-closed loud-quiet sweet-bitter cheap-expensive
    easy-difficult
    brave-cowardly kind-cruel clever-stupid high-low first-last up-down left-right inside-outside
    day-night summer-winter north-south east-west love-hate win-lose buy-sell push-pull start-stop
    laugh-cry give-take come-go remember-forget arrive-leave always-never right-wrong front-rear
    true-false top-bottom safe-dangerous smooth-rough sharp-dull interesting-boring friend-enemy
    question-answer import-export teach-learn black-white long-short""")
)
OPPOSITES |= {right: left for left, right in OPPOSITES.items() if right not in OPPOSITES}

PAST = _pairs("""
go=went take=took give=gave find=found see=saw eat=ate drink=drank buy=bought sell=sold make=made
break=broke lose=lost run=ran swim=swam sing=sang write=wrote read=read draw=drew sleep=slept
wake=woke fall=fell fly=flew throw=threw catch=caught teach=taught think=thought bring=brought
know=knew grow=grew hear=heard tell=told say=said come=came sit=sat stand=stood keep=kept leave=left
meet=met win=won hide=hid hold=held feel=felt speak=spoke drive=drove ride=rode wear=wore
choose=chose
forget=forgot begin=began build=built send=sent lend=lent spend=spent shake=shook steal=stole
walk=walked play=played cook=cooked wash=washed open=opened close=closed paint=painted help=helped
love=loved like=liked want=wanted look=looked jump=jumped laugh=laughed cry=cried carry=carried
study=studied try=tried stop=stopped plan=planned watch=watched clean=cleaned visit=visited
dance=danced smile=smiled climb=climbed cross=crossed mix=mixed share=shared plant=planted
water=watered push=pushed pull=pulled start=started finish=finished call=called answer=answered
""")


def place_phrase(place: str) -> str:
    """`in the park`, `at the station`."""
    return f"{'at' if place in AT_PLACES else 'in'} the {place}"


def she(person: str) -> bool:
    """True where the person's pronoun is `she`."""
    return person in WOMEN


NOUN_JA = JAPANESE | THINGS | FOODS | PLACES
CONTENT_NOUNS = [noun for words in KINDS.values() for noun in words]
