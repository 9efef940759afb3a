"""Processes and versions: what is in force, what runs where, and everything to take away."""

import io
import zipfile

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow.models import Version


def version_of(key: str) -> Version:
    with transaction(write=False):
        return db.session.scalar(select(Version).where(Version.process_key == key).order_by(Version.number.desc()))


def test_the_list_shows_every_process_those_that_begin_a_case_first(designer):
    page = designer.text("/designer/")

    assert page.index("court_mediation") < page.index("own_intake") < page.index("assignment")
    assert "办理中 0 件" in page


def test_running_instances_are_counted_on_each_version_they_use(designer, refer):
    refer(), refer(external_ref="R-2")

    assert '<td class="number running">2</td>' in designer.text("/designer/processes/court_mediation")
    assert '<td class="number running">2</td>' in designer.text("/designer/processes/signing"), "called ones are bound as well"


def test_a_version_shows_its_elements_and_files(designer):
    page = designer.text(f"/designer/versions/{version_of('consent').id}")

    assert "answer_invitation" in page and "forms/consent.json" in page and 'data-island="trace"' in page


def test_a_version_can_be_taken_away_in_the_shipped_layout(designer, shipped):
    answer = designer.get(f"/designer/versions/{version_of('consent').id}.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))

    assert {name: archive.read(name).decode() for name in archive.namelist()} == {
        f"consent/{name}": text for name, text in shipped["consent"].items()}


def test_one_file_can_be_read_as_text(designer, shipped):
    answer = designer.get(f"/designer/versions/{version_of('consent').id}/files/forms/consent.json")

    assert answer.text == shipped["consent"]["forms/consent.json"] and answer.mimetype == "text/plain"


@pytest.mark.parametrize("path", [
    "/designer/processes/unheard_of", "/designer/versions/99999", "/designer/versions/99999.zip", "/designer/drafts/99999",
    "/designer/drafts/99999/diagram", "/designer/drafts/99999/diagram.json", "/designer/drafts/99999/changes",
    "/designer/drafts/99999/scenarios", "/designer/drafts/99999/names", "/designer/drafts/99999.zip",
    "/designer/drafts/99999/files/process.bpmn",
])
def test_what_is_not_there_is_not_found(designer, path):
    assert designer.get(path).status_code == 404


def test_a_file_that_is_not_there_is_not_found(designer):
    assert designer.get(f"/designer/versions/{version_of('consent').id}/files/../secret").status_code == 404
    assert designer.get(f"/designer/versions/{version_of('consent').id}/files/forms/other.json").status_code == 404


def test_a_new_process_begins_with_a_start_and_an_end(designer):
    answer = designer.post("/designer/", key="trial_run", title="试行流程", title_en="Trial run")

    assert answer.status_code == 303
    overview = designer.text(answer.headers["Location"].removesuffix("/diagram"))
    assert "试行流程" in overview and "没有发现问题" in overview


@pytest.mark.parametrize("key, status", [("court_mediation", 409), ("No good", 422), ("", 422)])
def test_a_key_that_is_taken_or_unusable_is_refused(designer, key, status):
    assert designer.post("/designer/", key=key, title="试行").status_code == status


def test_changing_a_process_that_is_not_there_is_not_found(designer):
    assert designer.post("/designer/processes/unheard_of/drafts").status_code == 404


def test_operations_are_described_for_the_picker(designer):
    told = {each["name"]: each for each in designer.get("/designer/operations.json").json}

    assert [each["name"] for each in told["cases.conclude"]["inputs"]] == ["outcome", "reason"]
    assert told["cases.conclude"]["inputs"][0]["required"]
