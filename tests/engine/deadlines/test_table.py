"""The table of terms against the provisions, line by line: length, kind of day, who may extend and how far, article, source."""

import pytest

from engine.deadlines import terms

LINES = """
T01  7 day           -                   P          民事诉讼法》第一百二十六条
T01b - agreed        -                   P          第二百零八条
T02  3 working_day   -                   P          在线调解规则》第十条
T03  2 working_day   -                   P          在线调解规则》第十条
T04  3 working_day   -                   P          在线调解规则》第十二条
T05  3 working_day   -                   P          在线调解规则》第十五条
T06  30 day          all_parties         P          在线调解规则》第二十四条
T06C 30 day          all_parties         design     调解组织公布的调解规则
T07  15 day          all_parties+30@2025-01-01 P    在线调解规则》第二十四条
T08  7 day           all_parties+30@2025-01-01 P    在线调解规则》第二十四条
T09  - none          -                   P          特邀调解的规定》第二十七条
T10  - none          -                   P          在线调解规则》第二十六条
T11  7 day           -                   unverified 机制改革的意见》第24条
T12  3 day           -                   design     特邀调解的规定》第十四条
T13  1 working_day   -                   design     特邀调解的规定》第十五条
T14  30 day          -                   P          民事诉讼法》第二百零五条
T15  3 day           -                   P          司法确认程序的若干规定》第四条
T16  15 day          court_president+10  P          司法确认程序的若干规定》第五条
T16b 30 day          court_president     P          民事诉讼法》第一百八十七条
T16c 10 day          -                   P          司法确认程序的若干规定》第五条
T17  - agreed        -                   P          第三百五十七条
T18  15 day          -                   P          第三百七十二条
T18b 6 month         -                   P          第一百二十七条
T19  2 year          limitation          P          民事诉讼法》第二百五十条
T20  10 day          -                   P          第四百八十条
T21  - none          -                   P          第二百六十四条
T22  5 day           -                   P          第二百二十六条
T23  15 day          -                   P          第二百二十七条
T24  15 day          -                   P          第二百二十七条
T25  30 day          -                   P          第四百三十条第二项
T26  7 day           -                   P          第四百三十八条
T27  7 day           court               P          诉讼费用交纳办法》第二十二条
T27b - agreed        -                   P          第四十六条
T28  48 hour         -                   P          第一百零四条
T28b 30 day          -                   P          第一百零四条
T29  3 day           -                   P          在线诉讼规则》第十条
T30  15 day          -                   S          消费投诉处理管理办法》
T30b 30 day          institution+30      S          消费投诉处理管理办法》
T31  30 day          contract            P          保险法》第二十三条
T32  3 day           -                   P          保险法》第二十四条
T33  10 day          contract            P          保险法》第二十三条
T34  60 day          -                   P          保险法》第二十五条
T35  1 day           -                   P          强制保险条例》第二十八条
T35b 5 day           -                   P          强制保险条例》第二十九条
T35c 10 day          -                   P          强制保险条例》第二十九条
T36  10 day          -                   P          处理程序规定》第六十二条
T36b 5 day           -                   P          处理程序规定》第六十二条
T36c 3 day           -                   P          处理程序规定》第六十五条
T36d 3 day           -                   P          处理程序规定》第二十四条
T36e 30 day          authority+30        P          处理程序规定》第五十一条
T37  3 day           -                   P          处理程序规定》第七十一条
T37b 30 day          -                   P          处理程序规定》第七十四条
T38  10 day          -                   P          处理程序规定》第八十六条
T38b 10 day          -                   P          处理程序规定》第九十条
T39  3 day           -                   P          处理程序规定》第八十五条
T40  20 day          -                   P          征信业管理条例》第二十五条
T40b 30 day          -                   P          征信业管理条例》第二十六条
T41  3 year          limitation          P          民法典》第一百八十八条
T41b 2 year          limitation          P          保险法》第二十六条
T41c 5 year          limitation          P          保险法》第二十六条
T42  6 month         court_president     P          民事诉讼法》第一百五十二条
T42b 3 month         court_president+1m  P          民事诉讼法》第一百六十四条
T42c 2 month         court_president+1m  P          民事诉讼法》第一百六十八条
T43  2 working_day   -                   S          上海市金融消费纠纷调解中心
T44  - agreed        all_parties         P          人民调解法》第二十九条
T45  1 working_day   -                   design     特邀调解的规定》第二十六条
T46  1 working_day   -                   design     平台默认
"""


def extension_of(term):
    """`by`, with the cap in days or months and the day from which it holds."""
    found = term.extension
    if found is None:
        return "-"
    cap = f"+{found.cap_days}" if found.cap_days else f"+{found.cap_months}m" if found.cap_months else ""
    return f"{found.by}{cap}" + (f"@{found.cap_from}" if found.cap_from else "")


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_a_line_of_the_table_says_what_its_provision_says(line):
    id, length, unit, extension, source, article = line.split()
    term = terms.get(id)
    assert (str(term.length or "-"), term.unit, extension_of(term), term.source) == (length, unit, extension, source)
    assert article in term.article.zh


def test_no_term_of_the_provisions_is_left_out_of_the_lines():
    checked = {line.split()[0] for line in LINES.strip().splitlines()}
    numbered = {term.id for term in terms.every() if term.id[1:3].isdigit() and int(term.id[1:3]) <= 46}
    assert checked == numbered


def test_the_parts_of_a_row_that_are_less_sure_say_so():
    assert terms.get("T07").extension.source == terms.get("T08").extension.source == "S"
