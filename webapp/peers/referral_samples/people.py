"""Made-up people and companies: numbers with right check digits, places and telephones that nobody has."""

from random import Random

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑"
COMPOUND = ("欧阳", "上官", "诸葛", "司徒", "慕容", "尉迟")
GIVEN = "明华芳敏静丽强磊军洋勇艳杰娟涛超秀霞平刚桂英玉兰文斌晓雯子涵梓萱浩然宇轩"
RARE_NAMES = (
    "𠮷田静", "陈㐂", "刘䶮", "王𡋾", "李㼆辰", "张𬭚", "赵𫖯", "邓𣲗", "买买提·阿不都热合曼", "扎西多吉次仁", "ÅSA Öberg",
)
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
AREAS = ("110199", "310199", "320599", "330199", "440399", "510199")
DOMICILE = "310115"  # of the made-up addresses; a firm's is where it is registered, if nobody tells another
STREETS = ("春晖路", "海棠街", "望江大道", "丰和里", "青禾路", "永宁巷")
TRADES = ("商贸", "餐饮管理", "物流", "五金制品", "农业科技", "纺织", "信息技术", "汽车服务")
BANKS = ("海川银行股份有限公司", "嘉禾农村商业银行股份有限公司", "南屏银行股份有限公司信用卡中心", "宁远消费金融有限公司")
INSURERS = ("瑞宁人寿保险股份有限公司", "恒川财产保险股份有限公司", "泽安健康保险股份有限公司", "和悦人寿保险有限公司")


def resident_number(random: Random, oldest: int = 1940, youngest: int = 2004) -> str:
    """A resident identity number (GB 11643-1999) of a place that does not exist."""
    first17 = f"{random.choice(AREAS)}{random.randint(oldest, youngest)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    first17 += f"{random.randint(1, 999):03}"
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(first17))
    return first17 + "10X98765432"[total % 11]


def credit_code(random: Random) -> str:
    """A unified social credit code (GB 32100-2015) with a right organisation code (GB 11714) inside."""
    own = "".join(random.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8))
    rest = sum(int(sign, 36) * weight for sign, weight in zip(own, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    first17 = f"91{random.choice(AREAS)}{own}{'0X987654321'[rest]}"
    total = sum(CREDIT_SIGNS.index(sign) * 3**place for place, sign in enumerate(first17))
    return first17 + CREDIT_SIGNS[-total % 31]


def phone(random: Random) -> str:
    """A mobile number that is not assigned."""
    return f"1660000{random.randint(0, 9999):04}"


def name(random: Random) -> str:
    """A person's name; now and then with a compound surname or rare characters."""
    chance = random.random()
    if chance < 0.06:
        return random.choice(RARE_NAMES)
    surname = random.choice(COMPOUND) if chance < 0.1 else random.choice(SURNAMES)
    return surname + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))


def address(random: Random) -> str:
    house, block, room = random.randint(1, 999), random.randint(1, 30), random.randint(101, 2804)
    return f"上海市浦东新区{random.choice(STREETS)}{house}号{block}栋{room}室"


def person(random: Random, side: str) -> dict:
    """A natural person as a party; most have a resident number, a few another paper."""
    eight = random.randint(10**7, 10**8 - 1)
    others = [("passport", f"E{eight}"), ("hk_macao_permit", f"H{eight}"), ("taiwan_permit", f"{eight}")]
    id_type, id_number = random.choice([("resident_id", resident_number(random))] * 18 + others)
    return {
        "side": side, "kind": "natural", "name": name(random), "id_type": id_type, "id_number": id_number, "phone": phone(random),
        "email": f"party{random.randint(1, 99999)}@example.com" if random.random() < 0.3 else "", "address": address(random),
        "domicile": DOMICILE, "representative": "", "body": None, "consents": consents(random), "agents": [],
    }


def company(random: Random, side: str, title: str = "", number: str = "", body: str | None = None) -> dict:
    """A legal person as a party: any company, or the institution that is named."""
    return {
        "side": side, "kind": "legal", "name": title or f"上海{random.choice(STREETS)[:2]}{random.choice(TRADES)}有限公司",
        "id_type": "credit_code", "id_number": number or credit_code(random), "phone": phone(random), "email": "",
        "address": address(random), "domicile": "", "representative": name(random), "body": body,
        "consents": {"mediation": None, "e_service": None}, "agents": [],
    }


def consents(random: Random) -> dict:
    """What the party said at the court's counter: mostly yes, sometimes no, sometimes not asked."""
    mediation = random.choice((True, True, True, True, None, False))
    return {"mediation": mediation, "e_service": random.choice((True, True, None, False))}


def agent(random: Random) -> dict:
    """Somebody who acts for a party, with general or special authority."""
    return {
        "name": name(random), "id_type": "resident_id", "id_number": resident_number(random, 1965, 1999),
        "phone": phone(random), "authority": random.choice(("general", "special")),
    }
