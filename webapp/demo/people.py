"""Who lives in the demo world. All persons are invented; their numbers are of ranges nobody has."""

from dataclasses import dataclass, field

from engine.access.models import BodyKind, Role


@dataclass(frozen=True)
class Place:
    """A court, organisation, institution or authority."""

    kind: BodyKind
    code: str
    name: str
    name_en: str
    region: str = ""
    credit_code_stem: str = ""  # first 17 signs; the check sign is reckoned
    profile: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """Somebody with a log-in; `at` is the code of their place."""

    login: str
    name: str
    role: Role
    at: str = ""
    profile: dict = field(default_factory=dict)


PLACES = [
    Place(BodyKind.COURT, "最高法", "最高人民法院", "Supreme People's Court", profile={"level": "supreme"}),
    Place(BodyKind.COURT, "沪", "上海市高级人民法院", "Shanghai High People's Court", "310000", profile={"level": "high"}),
    Place(
        BodyKind.COURT,
        "沪01",
        "上海市第一中级人民法院",
        "Shanghai No. 1 Intermediate People's Court",
        "310000",
        profile={"level": "intermediate"},
    ),
    Place(
        BodyKind.COURT,
        "沪0115",
        "上海市浦东新区人民法院",
        "Shanghai Pudong New Area People's Court",
        "310115",
        profile={"level": "basic"},
    ),
    Place(
        BodyKind.COURT,
        "京0102",
        "北京市西城区人民法院",
        "Beijing Xicheng District People's Court",
        "110102",
        profile={"level": "basic", "decides_here": True, "designates_by": "choice", "designates_source": ""},
    ),
    Place(  # where the demo's bank and insurer are registered: payment orders are asked for there (CPL 225)
        BodyKind.COURT, "闽0102", "福州市鼓楼区人民法院", "Fuzhou Gulou District People's Court", "350102",
        profile={"level": "basic", "decides_here": True},
    ),
    Place(
        BodyKind.COURT, "粤0304", "深圳市福田区人民法院", "Shenzhen Futian District People's Court", "440304",
        profile={"level": "basic", "decides_here": True},
    ),
    Place(
        BodyKind.ORGANISATION,
        "BJJR",
        "京华银行业保险业纠纷调解中心",
        "Jinghua Banking and Insurance Dispute Mediation Centre",
        "110102",
        "52110000500000001",
        {"sectors": ["banking", "insurance"], "regions": [], "invited_by": ["京0102", "沪0115", "沪01"]},
    ),
    Place(
        BodyKind.ORGANISATION,
        "HDBX",
        "华东保险纠纷调解委员会",
        "East China Insurance Dispute Mediation Committee",
        "310115",
        "52310000500000002",
        {"sectors": ["insurance"], "regions": ["31", "32", "33"], "invited_by": ["沪0115", "沪01"]},
    ),
    Place(BodyKind.INSTITUTION, "JHYH", "京华银行股份有限公司", "Jinghua Bank Co., Ltd.", "110102", "91350100M000100Y4"),
    Place(
        BodyKind.INSTITUTION,
        "AXBX",
        "安信财产保险股份有限公司",
        "Anxin Property Insurance Co., Ltd.",
        "310115",
        "91310000600000003",
    ),
    Place(
        BodyKind.INSTITUTION,
        "KNRS",
        "康宁人寿保险股份有限公司",
        "Kangning Life Insurance Co., Ltd.",
        "310115",
        "91310000600000004",
    ),
    Place(
        BodyKind.REGULATOR,
        "JRJG",
        "国家金融监督管理总局（演示）",
        "National Financial Regulatory Administration (demo)",
        "110102",
    ),
]

PEOPLE = [
    Person("coord", "周晓芸", Role.COORDINATOR, "BJJR"),
    Person("coord2", "郑国强", Role.COORDINATOR, "HDBX"),
    Person(
        "mediator",
        "李静安",
        Role.MEDIATOR,
        "BJJR",
        {"specialities": ["banking", "credit_card", "personal_loan"], "languages": ["zh", "en"]},
    ),
    Person(
        "mediator2",
        "王思远",
        Role.MEDIATOR,
        "BJJR",
        {"specialities": ["banking", "wealth_management"], "former_employers": ["JHYH"]},
    ),
    Person("mediator3", "陈若兰", Role.MEDIATOR, "BJJR", {"specialities": ["insurance", "banking"]}),
    Person("mediator4", "吴启明", Role.MEDIATOR, "HDBX", {"specialities": ["insurance", "motor_insurance"]}),
    Person("mediator5", "徐慧敏", Role.MEDIATOR, "HDBX", {"specialities": ["insurance"], "former_employers": ["AXBX"]}),
    Person("expert", "梁学衡", Role.MEDIATOR, "BJJR", {"specialities": ["insurance"]}),
    Person("expert2", "苏砚秋", Role.MEDIATOR, "HDBX", {"specialities": ["insurance"]}),
    Person("clerk", "孙书言", Role.CLERK, "京0102"),
    Person("clerk2", "何文清", Role.CLERK, "沪0115"),
    Person("judge", "高正明", Role.JUDGE, "京0102"),
    Person("judge2", "林秋实", Role.JUDGE, "沪0115"),
    Person("clerk3", "施文澜", Role.CLERK, "闽0102"),
    Person("clerk4", "顾明瑶", Role.CLERK, "粤0304"),
    Person("judge3", "程慎之", Role.JUDGE, "闽0102"),
    Person("judge4", "袁思齐", Role.JUDGE, "粤0304"),
    Person("president", "魏远山", Role.COURT_PRESIDENT, "京0102"),
    Person("president2", "方静宜", Role.COURT_PRESIDENT, "沪0115"),
    Person("bank", "钱经办", Role.INSTITUTION_HANDLER, "JHYH"),
    Person("bank_boss", "孔审批", Role.INSTITUTION_APPROVER, "JHYH"),
    Person("bank_head", "曹总监", Role.INSTITUTION_APPROVER, "JHYH"),
    Person("bank_keeper", "严授权", Role.INSTITUTION_ADMIN, "JHYH"),
    Person("insurer", "冯理赔", Role.INSTITUTION_HANDLER, "AXBX"),
    Person("life", "褚客服", Role.INSTITUTION_HANDLER, "KNRS"),
    Person("consumer", "王小明", Role.CONSUMER),
    Person("designer", "蒋流程", Role.DESIGNER),
    Person("approver", "沈审批", Role.APPROVER),
    Person("admin", "韩运维", Role.ADMIN),
    Person("regulator", "杨监管", Role.REGULATOR, "JRJG"),
    Person("auditor", "尤审计", Role.AUDITOR),
]

LIMITS = {  # of an institution: who, rung, most that is paid or waived, who decides in their place
    "JHYH": [("handler", "", 0, "8000.00", ""), ("agent", "", 0, "8000.00", ""),
             ("approver", "bank_boss", 1, "50000.00", "bank_head"), ("approver", "bank_head", 2, None, "")],
}
EVALUATORS = {  # who is on the roster of neutral evaluators, and for what; two of each organisation, as one may be the mediator
    "expert": "保险合同、格式条款", "mediator3": "银行卡与个人贷款", "expert2": "车险定损、人身保险", "mediator4": "财产保险理赔",
}
CLIENTS = {"court-pudong": "沪0115", "court-xicheng": "京0102", "bank-jinghua": "JHYH", "insurer-anxin": "AXBX"}
SCOPES = "referrals cases messages documents applications"
PASSWORD = "sutiao-demo"
