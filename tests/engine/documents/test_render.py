"""Every document can be printed, as a PDF/A that a court can keep, and no template reaches for more than its facts."""

import io
import subprocess
import threading
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from engine.documents import fonts, render, templates
from engine.errors import Invalid

from .conftest import FACTS, example

EXAMPLES = sorted(path.stem for path in FACTS.glob("*.json"))


def template_of(example_name: str) -> str:
    return max((name for name in templates.names() if example_name.startswith(name)), key=len)


@cache
def printed(example_name: str) -> render.Rendered:
    """An example on paper; several tests look at it."""
    return render.pdf(template_of(example_name), example(example_name))


def text_of(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def squeezed(pdf: bytes) -> str:
    return "".join(text_of(pdf).split())


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_template_prints_a_pdf_a_2b_with_its_fonts_inside(name):
    rendered = printed(name)

    with pikepdf.open(io.BytesIO(rendered.data)) as pdf:
        told = pdf.open_metadata()
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "B")
        assert len(pdf.pages) == rendered.pages
        fonts_used = [font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()]
        assert fonts_used and all("/FontFile3" in f.DescendantFonts[0].FontDescriptor or "/FontFile2" in
                                  f.DescendantFonts[0].FontDescriptor for f in fonts_used)
    checked = subprocess.run(["qpdf", "--check", "-"], input=rendered.data, capture_output=True)
    assert checked.returncode == 0 or b"open -" in checked.stderr


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_printed_document_shows_its_number_its_page_and_how_to_check_it(name):
    facts = example(name)

    words = squeezed(printed(name).data)

    assert "第1页共" in words
    assert facts["verify"]["code"] in words
    assert not facts["number"] or facts["number"] in words


@pytest.mark.parametrize("name", EXAMPLES)
def test_there_is_one_place_for_every_signer(name):
    facts = example(name)

    boxes = printed(name).signature_boxes

    assert sorted(box.name for box in boxes) == sorted(signer["field"] for signer in facts["signers"])
    assert all(box.w > 100 and 0 < box.x < 595 and 0 < box.y < 842 for box in boxes)


@pytest.mark.parametrize("parties", [2, 7, 12, 25])
def test_however_many_sign_each_has_a_place_on_a_page_and_none_lies_on_another(parties):
    facts = example("agreement")
    office = facts["signers"][2:]
    facts["signers"] = [{"field": f"party_{at}", "label": "申请人（签名）", "label_en": "Applicant", "name": "张伟" * 9}
                        for at in range(parties)] + office

    boxes = render.pdf("agreement", facts).signature_boxes

    assert len(boxes) == parties + 2 and all(box.y > 60 and box.y + box.h < 842 - 60 for box in boxes)
    places = [(box.page, box.x, box.y) for box in boxes]
    apart = [(one, other) for one in places for other in places if one < other]
    assert all(one[0] != other[0] or abs(one[1] - other[1]) > 100 or abs(one[2] - other[2]) > 50 for one, other in apart)


def test_a_courts_own_paper_calls_agents_by_the_law_and_prints_no_telephone():
    ruling, agreed = (squeezed(render.pdf(name, example(name)).data) for name in ("ruling", "agreement"))

    assert "委托诉讼代理人：" in ruling and "联系电话" not in ruling
    assert "委托代理人：" in agreed and "联系电话" in agreed


def test_an_application_treated_as_withdrawn_before_it_was_taken_on_is_not_said_to_have_been_docketed():
    before, after = (squeezed(render.pdf("ruling", example(f"ruling_deemed_withdrawn{more}")).data)
                     for more in ("_not_accepted", ""))

    assert "立案受理" not in before and "因材料不齐，限期通知补充" in before
    assert "立案受理" in after


@pytest.mark.parametrize("template", ["agreement", "deemed_agreement", "proposal", "rights_notice"])
def test_in_a_docketed_case_no_paper_speaks_of_confirmation(template):
    facts = example(template)
    words = {regime: squeezed(render.pdf(template, facts | {"case": facts["case"] | {"regime": regime}}).data)
             for regime in ("delegated", "entrusted")}

    assert "司法确认" in words["delegated"] and "民事调解书" not in words["delegated"]
    assert "司法确认" not in words["entrusted"] and "民事调解书" in words["entrusted"]


def test_every_template_has_example_facts():
    assert {template_of(name) for name in EXAMPLES} == set(templates.names())


def test_the_readme_tells_what_every_template_needs():
    readme = (templates.ROOT / "README.md").read_text(encoding="utf-8")

    assert templates.reference() in readme, "print it with: python -m engine.documents.reference"


def test_an_agreement_says_sums_in_figures_and_words_and_closes_with_the_date_in_words():
    words = squeezed(render.pdf("agreement", example("agreement")).data)

    assert "人民币56,800.00元（大写：人民币伍万陆仟捌佰元整）" in words
    assert "人民币贰万陆仟捌佰元整" in words
    assert "二〇二四年三月二十九日" in words
    assert "第二百零五条、第二百零六条" in words


@pytest.mark.parametrize("name", ["agreement", "deemed_agreement"])
def test_an_agreement_says_how_it_binds_by_the_kind_of_its_organisation(name):
    told = example(name) | {"force": "具有法律约束力", "force_en": "is legally binding on them"}
    assert "具有法律约束力，各方应当自觉履行" in squeezed(render.pdf(name, told).data)
    assert "islegallybindingonthem" in squeezed(render.pdf(name, told, "en").data)
    assert "具有民事合同的约束力" in squeezed(printed(name).data)


def test_an_english_copy_says_in_english_how_a_party_joined():
    words = squeezed(render.pdf("confirmation_application", example("confirmation_application"), "en").data)

    assert "joinedtheapplicationon29March2024" in words and "确认共同申请" not in words


@pytest.mark.parametrize(("day", "articles"), [
    ("2021-12-31", "第一百九十四条、第一百九十五条"), ("2023-12-31", "第二百零一条、第二百零二条"),
    ("2024-01-01", "第二百零五条、第二百零六条"),
])
def test_an_agreement_cites_the_articles_as_numbered_on_its_day(day, articles):
    assert articles in squeezed(render.pdf("agreement", example("agreement") | {"date": day}).data)


def test_the_english_copy_says_that_the_chinese_text_governs_and_cannot_be_signed():
    rendered = render.pdf("agreement", example("agreement"), "en")

    words = " ".join(text_of(rendered.data).split())
    assert "English reading copy — the Chinese text governs" in words
    assert "shall pay" in words and "29 March 2024" in words
    assert rendered.signature_boxes == []


@pytest.mark.parametrize(("name", "words"), [
    ("ruling", "is valid"), ("ruling_rejected", "Article 206 of the Civil Procedure Law and Article 358(5)"),
    ("ruling_not_accepted", "Article 355(1)(2)"), ("ruling_withdrawn", "Article 357(1)"),
    ("ruling_deemed_withdrawn", "counts as withdrawn"),
    ("docket_ruling", "may withdraw the action"), ("docket_ruling_deemed_withdrawn", "Article 213"),
    ("mediation_letter", "once both parties have signed for it"), ("mediation_proof", "Certified hereby"),
    ("session_minutes", "Mode and place"), ("service_record", "the first to arrive counts"),
    ("court_notice", "Judicial confirmation is free of charge"), ("court_notice_supplement", "Art. 357"),
    ("court_notice_inquiry", "Art. 356"), ("court_notice_record", "Both sides stated"),
    ("fee_notice", "within seven days"), ("fee_decision", "reduced by 40 per cent"),
    ("fee_decision_refused", "is refused"), ("fee_decision_deferral", "may be paid later"),
    ("fee_decision_exemption", "no fee is to be paid"),
    ("trial_notice", "on to trial as of today"), ("trial_notice_resumed", "trial resumes"),
    ("payment_order", "within fifteen days of receiving this order"), ("payment_order_application", "owes nothing in return"),
    ("procedure_ruling_order_rejected", "for a payment order is rejected"), ("procedure_ruling_order_ended", "order lapses"),
    ("procedure_ruling_order_unserved", "within thirty days of its issue"),
    ("procedure_ruling_objection_rejected", "is rejected"), ("procedure_ruling_objection_upheld", "is set aside"),
    ("procedure_ruling_objection_changed", "the rest stays confirmed"),
    ("procedure_ruling_suit_not_accepted", "is not accepted"), ("docketing_notice", "docketed it on"),
    ("docketing_notice_supplement", "we tell you once what"),
    ("early_end_notice", "no mediation took place"), ("performance_history", "debtor reported performance"),
    ("deed_application", "the debtor accepts enforcement"), ("enforcement_application", "Double interest"),
    ("withdrawal_application", "leave to withdraw"), ("extension_consent", "15 April 2024 (15 days more)"),
    ("confirmation_application", "Article 205 of the Civil Procedure Law"), ("closing_record", "agreed and performed at once"),
    ("paper_sheet", "Sign the Chinese sheet only"),
    ("referral_receipt", "the term runs from our acceptance"),
    ("referral_receipt_refused", "please designate another organisation"),
    ("caucus_note", "For the mediator only"), ("inquiry_record", "it says what was said"),
    ("court_report", "which you delegated to us"), ("handover_list", "We hand over to you"),
    ("file_cover", "Remarks on the File"), ("suspicion_letter", "Article 110 of the Criminal Procedure Law"),
    ("suspicion_letter_court", "Civil Procedure Law, Art. 115"),
    ("entrustment_letter", "we entrust its mediation to you"), ("entrustment_letter_delegated", "it is not docketed yet"),
])
def test_what_parties_receive_can_be_read_in_english(name, words):
    rendered = render.pdf(template_of(name), example(name), "en")

    told = " ".join(text_of(rendered.data).split())
    assert words in told and "the Chinese text governs" in told and rendered.signature_boxes == []


def test_a_language_a_template_does_not_have_is_refused():
    with pytest.raises(templates.NotInThisLanguage):
        render.pdf("oral_application", example("oral_application"), "en")


def test_all_missing_facts_are_named_at_once():
    facts = example("agreement")
    del facts["number"]
    facts["parties"][1]["name"] = ""
    facts["terms"] = []

    with pytest.raises(templates.FactsMissing) as refused:
        render.pdf("agreement", facts)

    assert {p["pointer"] for p in refused.value.problems} == {"number", "parties[1].name", "terms"}


def test_a_payment_needs_who_pays_whom_how_much_and_each_instalment_its_day():
    facts = example("agreement")
    for key in ("debtor", "creditor", "amount", "amount_words"):
        facts["terms"][0][key] = ""
    facts["terms"][0]["instalments"][1]["due"] = ""
    facts["terms"][1]["text"] = ""

    with pytest.raises(templates.FactsMissing) as refused:
        render.pdf("agreement", facts)

    assert {p["pointer"] for p in refused.value.problems} == {
        "terms[0].debtor", "terms[0].creditor", "terms[0].amount", "terms[0].amount_words", "terms[0].instalments[1].due",
        "terms[1].text",
    }


@pytest.mark.parametrize("date", ["29.3.2024", "soon", 20240329])
def test_a_date_that_is_none_is_refused(date):
    with pytest.raises(Invalid) as refused:
        render.pdf("agreement", example("agreement") | {"date": date})

    assert refused.value.problems[0]["pointer"] == "date"


def test_the_same_facts_give_the_same_bytes():
    assert render.pdf("ruling", example("ruling")).sha256 == render.pdf("ruling", example("ruling")).sha256


def test_characters_the_typeface_lacks_are_spelled_out_and_control_characters_vanish():
    facts = example("agreement")
    facts["parties"][0]["name"] = "张\U000323AF伟\x07😀"

    words = squeezed(render.pdf("agreement", facts).data)

    assert "张〔U+323AF〕伟〔U+1F600〕" in words


def test_what_people_write_is_text_and_never_a_command():
    facts = example("agreement") | {"dispute": "#read(\"/etc/passwd\") *粗* $x$ @a <b> \\ // 不是注释"}

    assert '#read("/etc/passwd")*粗*$x$@a<b>\\//不是注释' in squeezed(render.pdf("agreement", facts).data)


def test_facts_must_be_put_into_words_first():
    with pytest.raises(TypeError, match="format numbers and dates first"):
        render.pdf("agreement", example("agreement") | {"copies": Path("4")})


@pytest.mark.parametrize("name", [
    "../../engine/documents/stamp", "/etc/passwd", "letterhead", "parts", "agreement.typ", "", "Agreement",
])
def test_only_names_of_templates_are_templates(name):
    with pytest.raises(templates.UnknownTemplate):
        render.pdf(name, {})


@pytest.mark.parametrize("source", [
    '#read("/etc/passwd")', '#read("../secret.txt")',
    '#import "@preview/cetz:0.3.1"', '#let p = "@pre" + "view/x:1.0.0"\n#import p',
    '#include "../secret.typ"', '#eval("1")', '#dictionary(std)', '#plugin("x.wasm")', '#let e = std', '#json("secret.json")',
    '#image("/etc/passwd")', '#let grab = read\n#grab("letter.typ")', '#[#bibliography("x.bib")]',
])
def test_a_template_that_reaches_for_files_packages_or_hidden_code_is_refused(tmp_path, source):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "letter.typ").write_text(f"// Letter\n{source}\n")

    with pytest.raises(templates.TemplateRefused):
        render.pdf("letter", {"date": "2024-01-01"}, root=tmp_path / "templates")


def test_a_template_that_does_not_compile_says_where(tmp_path):
    (tmp_path / "letter.typ").write_text("// Letter\n#let x = \n#unknown-thing\n")

    with pytest.raises(templates.TemplateRefused, match="letter.typ"):
        render.pdf("letter", {"date": "2024-01-01"}, root=tmp_path)


def test_documents_are_printed_side_by_side():
    made = {}

    def print_for(who):
        facts = example("mediation_notice") | {"addressee": who}
        made[who] = squeezed(render.pdf("mediation_notice", facts).data)

    threads = [threading.Thread(target=print_for, args=(f"甲方{n}号",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 8 and all(who in words for who, words in made.items())


def test_without_a_chinese_typeface_the_reason_and_the_remedy_are_said(tmp_path):
    with pytest.raises(fonts.NoFont, match="SUTIAO_FONTS"):
        fonts.typeface("", built=tmp_path / "fonts", system=tmp_path / "none")
    with pytest.raises(fonts.NoFont, match=str(tmp_path)):
        fonts.typeface(str(tmp_path))


def without(facts: dict, path: str) -> dict:
    """The facts without one of them, wherever it stands in lists."""
    key, _dot, rest = path.partition(".")
    name = key.removesuffix("[]")
    if name not in facts:
        return facts
    if not rest:
        return {k: v for k, v in facts.items() if k != name}
    inner = facts[name]
    return facts | {name: [without(item, rest) for item in inner] if isinstance(inner, list) else without(inner, rest)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_fact_that_may_be_missing_may_be_missing(name):
    template, facts = templates.find(template_of(name)), example(name)
    bare = facts
    for path in template.may:
        bare, told = without(bare, path), without(facts, path)
        for language in template.languages if told != facts else ():
            assert render.pdf(template.name, told, language).pages, path

    assert all(render.pdf(template.name, bare, language).pages for language in template.languages)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_empty_optional_fact_is_as_good_as_a_missing_one(name):
    template, facts = templates.find(template_of(name)), example(name)
    plain = [path for path in template.may if "." not in path and "*" not in path and isinstance(facts.get(path), str)]

    assert render.pdf(template.name, facts | dict.fromkeys(plain, "")).pages
