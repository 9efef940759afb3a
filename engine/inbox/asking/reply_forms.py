"""The questions about what a party says to the claims of a case, and about what its evidence proves."""

from engine.access.models import Participant
from engine.cases.models import Case
from engine.documents.models import Document
from engine.forms.form import Form

STANCES = {  # value → Chinese, English
    "admitted": ("承认", "Admitted"), "partly": ("部分承认", "Admitted in part"), "denied": ("不承认", "Denied"),
    "checking": ("正在核实", "Being looked into"),
}
NOTE = {
    "type": "note",
    "label": "对请求的答复和在调解中提交的材料只用于调解：不提供给法院；为达成协议而作的让步和认可，"
             "不作为以后诉讼中对您不利的根据。答复请求不等于同意调解方案，也不等于签署协议。",
    "label_en": "Replies to claims, and papers handed in here, are for the mediation only: the court does not get them, and what "
                "is admitted in order to settle is not used against you later. Replying is neither accepting a proposal nor "
                "signing an agreement."}
FOR_WHOM = {
    "key": "for_whom", "type": "radio", "label": "谁可以看", "label_en": "Who may read it", "required": True, "default": "both",
    "values": [{"value": "both", "label": "双方和调解员", "label_en": "Both sides and the mediator"},
               {"value": "own", "label": "只有本方和调解员", "label_en": "Only one's own side and the mediator"}]}


def reply(case: Case, people: list[Participant]) -> Form:
    """What is said to each claim; a claim left without an answer is not spoken of."""
    rows = [row for number, claim in enumerate(case.claims, 1) for row in claim_rows(number, claim)]
    return Form.from_row({"id": "claim_reply", "title": "答复请求", "title_en": "Reply to the claims",
                          "components": [NOTE, *_who(people), *rows, FOR_WHOM]})


def claim_rows(number: int, claim: dict) -> list[dict]:
    """The questions about one claim."""
    amount = f"（¥{claim['amount']}）" if claim.get("amount") else ""
    about = claim.get("text") or ""
    return [
        {"key": f"stance_{number}", "type": "radio", "label": f"请求{number}：{about}{amount}",
         "label_en": f"Claim {number}: {claim.get('text_en') or about}{amount}", "values": stances()},
        {"key": f"admitted_{number}", "type": "money", "label": f"承认的金额（请求{number}）", "required": True, "min": "0.01",
         **({"max": claim["amount"]} if claim.get("amount") else {}),
         "label_en": f"Sum admitted (claim {number})", "show_if": f'stance_{number} == "partly"'},
        {"key": f"text_{number}", "type": "textarea", "label": f"理由（请求{number}）", "label_en": f"Reasons (claim {number})",
         "max_length": 3000}]


def stances() -> list[dict]:
    """The answers there are to a claim."""
    return [{"value": key, "label": zh, "label_en": en} for key, (zh, en) in STANCES.items()]


def evidence(case: Case, people: list[Participant], papers: list[Document]) -> Form:
    """Under which claims papers stand, and what they prove."""
    claims = [{"value": str(number), "label": f"请求{number}：{claim.get('text') or ''}",
               "label_en": f"Claim {number}: {claim.get('text_en') or claim.get('text') or ''}"}
              for number, claim in enumerate(case.claims, 1)]
    kept = [{"value": str(row.id), "label": row.title, "label_en": row.title_en or row.title} for row in papers]
    title = {"title": "提交证据、说明证明什么", "title_en": "Hand in evidence, say what it proves"}
    return Form.from_row({"id": "claim_evidence", **title, "components": [
        NOTE, *_who(people),
        {"key": "claims", "type": "checklist", "label": "对应的请求", "label_en": "To which claims it belongs", "required": True,
         "values": claims},
        *([{"key": "papers", "type": "checklist", "label": "已提交的材料", "label_en": "Papers handed in already",
            "values": kept}] if kept else []),
        {"key": "proves", "type": "textarea", "label": "证明什么", "label_en": "What it proves", "required": True,
         "max_length": 1000},
        FOR_WHOM]})


def _who(people: list[Participant]) -> list[dict]:
    """Whose words they are, where somebody may speak for several."""
    if len(people) < 2:
        return []
    return [{"key": "person", "type": "select", "label": "代为记录：哪一方当事人", "label_en": "Noted for which party",
             "required": True, "values": [{"value": str(person.id), "label": person.name} for person in people]}]
