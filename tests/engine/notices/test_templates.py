"""What we write to people: who sends it, one link, one check code, short, and nothing a shared phone should not show."""

import pytest

from engine.notices import templates

VALUES = {
    "org": "滨江调解中心", "court": "滨江市新港区人民法院", "med": "林知远", "surname": "张",
    "no4": "0128", "d": "3月18日", "d2": "4月28日",
    "t": "3月20日14:30", "until": "3月25日14:30", "old": "3月19日10:00", "n": "2", "min": "30",
    "url": "https://st.example/p/9KQ", "tel": "09996600123", "v": "4821", "fee": "不收费", "place": "滨江路1号三楼",
    "case": "（2024）京9902诉前调确36号", "code": "135790",
    "term": "诉前调解期限", "document": "调解协议书",
}
# shown in the case, not sent
ONLY_INSIDE = {"institution_new_case", "confirmation_withdrawn"}
BY_COURT = {"confirmation_accepted", "court_asks", "court_inquiry", "ruling_valid", "ruling_rejected", "ruling_not_accepted",
            "confirmation_deemed_withdrawn"}
WITHOUT_CHECK_CODE = ONLY_INSIDE | BY_COURT | {"code"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", templates.names())
def test_every_notice_can_be_written_in_both_languages(name, language):
    message = templates.write(name, VALUES, language)

    assert "{" not in message.text and message.subject
    assert message.language == language


@pytest.mark.parametrize("name", sorted(set(templates.names()) - ONLY_INSIDE))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_message_names_its_real_sender_first(name, language):
    sender = VALUES["court"] if name in BY_COURT else VALUES["org"]

    assert templates.write(name, VALUES, language).text.startswith(f"【{sender}】")


@pytest.mark.parametrize("name", sorted(set(templates.names()) - WITHOUT_CHECK_CODE))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_message_carries_one_link_and_its_check_code(name, language):
    text = templates.write(name, VALUES, language).text

    assert text.count("https://") == 1
    assert VALUES["v"] in text


@pytest.mark.parametrize("name", sorted(set(templates.names()) - ONLY_INSIDE))
def test_a_chinese_message_takes_at_most_two_parts(name):
    assert templates.write(name, VALUES).parts <= 2


def test_no_message_can_carry_sums_or_the_name_of_the_other_side():
    needed = set().union(*(templates.values_of(name) for name in templates.names()))

    assert needed == set(VALUES)  # there is no place for an amount, a claim or the other side's name


def test_all_missing_values_are_named_at_once():
    with pytest.raises(templates.NoticeIncomplete) as refused:
        templates.write("sign", {"org": "滨江调解中心", "url": " "})

    assert [p["pointer"] for p in refused.value.problems] == ["d", "no4", "url", "v"]


@pytest.mark.parametrize(("key", "value"), [
    ("url", "javascript:alert(1)"), ("url", "https://a.example/ 点这里"), ("org", "甲】请转账【"), ("d", "明天\n加微信"),
    ("no4", "1" * 201),
])
def test_a_value_cannot_forge_a_sender_a_line_or_a_link(key, value):
    with pytest.raises(templates.NoticeIncomplete) as refused:
        templates.write("sign", VALUES | {key: value})

    assert [p["pointer"] for p in refused.value.problems] == [key]


def test_a_value_is_not_read_as_a_place_for_another():
    assert "{code}" in templates.write("sign", VALUES | {"d": "{code}"}).text


def test_an_unknown_notice_is_said_so():
    with pytest.raises(templates.UnknownNotice):
        templates.write("greeting", VALUES)


@pytest.mark.parametrize(("text", "count"), [
    ("好" * 70, 1), ("好" * 71, 2), ("好" * 134, 2), ("好" * 135, 3), ("a" * 160, 1),
    ("a" * 161, 2), ("a" * 307, 3), ("😀" * 35, 1), ("😀" * 36, 2),
])
def test_short_messages_are_counted_as_the_carriers_do(text, count):
    assert templates.parts(text) == count
