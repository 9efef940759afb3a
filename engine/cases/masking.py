"""What is shown of names, numbers and telephones to those who need not see all of it (PIPL Art. 51)."""

COMPOUND_SURNAMES = frozenset([
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟", "公羊",
    "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文",
    "司徒", "鲜于", "司空", "闾丘", "子车", "亓官", "司寇", "巫马", "公西", "颛孙", "壤驷", "公良", "漆雕", "乐正",
    "宰父", "谷梁", "拓跋", "夹谷", "轩辕", "令狐", "段干", "百里", "呼延", "东郭", "南门", "羊舌", "微生", "梁丘",
    "左丘", "东门", "西门", "第五",
])


def mask_name(name: str) -> str:
    """A person's name for lists and messages: 李小明 → 李**, 欧阳修 → 欧阳*; names in letters keep each word's first."""
    name = name.strip()
    if name.isascii():
        return " ".join(word[:1] + "***" for word in name.split())
    shown = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:shown] + "*" * max(min(len(name) - shown, 4), 1)


def mask_party(person) -> str:
    """A participant in the lists of the other side: of people the masked name, of businesses theirs."""
    return mask_name(person.name) if person.kind == "natural" else person.name


def public_name(name: str) -> str:
    """A person's name in what everybody may read: 李小明 → 李某."""
    name = name.strip()
    return name[: 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1] + "某"


def mask_id(number: str) -> str:
    """An identity number with its middle hidden: 110***********1234; short ones keep only their last two signs."""
    if len(number) < 10:
        return "*" * max(len(number) - 2, 4) + number[-2:] * (len(number) > 2)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_phone(number: str) -> str:
    """A telephone number with its middle hidden: 138****5678; short ones keep only their last two digits."""
    digits = number.strip()
    if len(digits) < 9:
        return "*" * max(len(digits) - 2, 4) + digits[-2:] * (len(digits) > 2)
    return digits[:-8] + "****" + digits[-4:]
