"""Everybody is told why: whose a task is and how it came to them, by which rule it is due, which right somebody lacks."""

from tests.webapp.inbox.test_tasks import task_of


def test_whose_a_task_is_follows_how_it_came_to_them(browser, refer, world):
    task, coordinator, other = task_of(refer()), browser("coordinator"), browser("other_coordinator")
    def told(who):
        return who.text(f"/inbox/tasks/{task.id}/why")
    free = told(coordinator)
    assert "京华银行业保险业纠纷调解中心的调解组织管理员都可以领取" in free and "协调员甲" in free and "协调员乙" in free
    coordinator.post(f"/inbox/tasks/{task.id}/claim")
    assert "由您办理：您于" in told(coordinator) and "协调员甲于" in told(other)
    coordinator.post(f"/inbox/tasks/{task.id}/assign", user=world.other_coordinator.id)
    assert "由您办理：协调员甲于" in told(other) and "转交给协调员乙" in told(coordinator)
    assert browser("outsider").get(f"/inbox/tasks/{task.id}/why").status_code == 404


def test_a_row_and_the_task_page_tell_the_term_with_its_article(browser, refer):
    task, coordinator = task_of(refer()), browser("coordinator")
    row = coordinator.get(f"/inbox/tasks/{task.id}/why", headers={"HX-Request": "true"}).text
    page = coordinator.text(f"/inbox/tasks/{task.id}")
    assert "<html" not in row and "/why" in coordinator.text("/inbox/?view=available")
    for text in (row, page):
        assert "第十二条" in text and "次日起算" in text and "为什么到那时" in text


def test_what_the_process_names_somebody_for_says_so(browser, refer):
    walk = refer()
    walk.to_mediation()
    task = task_of(walk, "plan_session")
    assert "由您办理：流程把它交给您，您是本案的调解员" in browser("mediator").text(f"/inbox/tasks/{task.id}/why")


def test_a_refusal_names_the_right_who_has_it_and_what_one_is(browser):
    page = browser("mediator").text("/admin/", 403)
    assert "“管理账号和角色”的权限" in page and "系统管理员" in page and "您的身份是：调解员" in page
