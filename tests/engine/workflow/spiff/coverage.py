"""What can be drawn, whether it runs, and the test that shows it: written into `bpmn/COVERAGE.md` by `python -m` this module."""

from pathlib import Path

from engine.workflow.spiff.check_events import WHERE
from tests.engine.workflow.spiff import test_elements, test_positions
from tests.engine.workflow.spiff.defects import DEFECTS

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "bpmn" / "COVERAGE.md"
KINDS = ["none", "message", "timer", "signal", "conditional", "error", "escalation", "terminate", "compensate", "cancel",
         "link"]  # fmt: skip
PLACES = {
    "start": "start of a process",
    "catch": "caught on the way",
    "throw": "thrown on the way",
    "end": "end",
    "boundary": "boundary, interrupting",
    "boundary_beside": "boundary, not interrupting",
    "handler": "event sub-process, interrupting",
    "handler_beside": "event sub-process, not interrupting",
}
# (kind, place) → a test that shows it in full, beside `test_positions`, which goes through them all
SHOWN = {
    ("message", "start"): "test_starts:test_a_message_for_a_case_begins_a_process_of_the_case",
    ("signal", "start"): "test_starts:test_a_signal_begins_every_process_that_begins_by_it_and_wakes_who_waits",
    ("timer", "start"): "test_starts:test_a_cycle_begins_a_process_again_and_again_and_a_new_version_takes_it_over",
    ("conditional", "start"): "test_starts:test_a_condition_begins_a_process_each_time_it_becomes_true",
    ("message", "catch"): "test_messages:test_of_many_instances_the_one_with_the_key_hears_it",
    ("timer", "catch"): "spiff/test_events:test_a_timer_understands_iso_texts_and_expressions",
    ("signal", "catch"): "test_thrown:test_a_signal_reaches_everybody_who_waited_when_it_was_thrown",
    ("conditional", "catch"): "spiff/test_conditional:test_it_waits_until_another_branch_makes_it_true",
    ("message", "throw"): "test_thrown:test_a_thrown_message_reaches_the_instance_with_the_key",
    ("signal", "throw"): "spiff/test_events:test_a_signal_reaches_everybody_who_waits_for_it",
    ("escalation", "throw"): "spiff/test_escalation:"
    "test_an_escalation_that_does_not_interrupt_starts_a_second_way_and_the_thrower_goes_on",
    ("compensate", "throw"): "spiff/test_compensation:test_what_was_done_is_taken_back_the_last_first",
    ("link", "throw"): "spiff/test_events:test_link_events_are_arrows",
    ("link", "catch"): "spiff/test_known_defects_continued:test_a_link_leads_to_its_other_end",
    ("message", "end"): "spiff/test_events:test_a_thrown_message_reaches_a_wait_in_the_same_instance_or_goes_out",
    ("signal", "end"): "spiff/test_known_defects_continued:test_a_signal_end_is_heard_inside_and_told_to_others",
    ("error", "end"): "spiff/test_events:test_an_error_end_leaves_the_sub_process_with_its_data",
    ("escalation", "end"): "spiff/test_escalation:test_an_escalation_end_tells_and_ends",
    ("terminate", "end"): "spiff/test_events:test_a_terminate_end_ends_only_the_sub_process_it_is_in",
    ("compensate", "end"): "spiff/test_compensation:test_an_end_event_takes_back_too_and_the_process_waits_for_it",
    ("cancel", "end"): "spiff/test_compensation:test_a_transaction_ends_well_or_is_taken_back_and_left_by_its_cancel_event",
    ("message", "boundary"): "spiff/test_events:"
    "test_an_interrupting_message_takes_the_sub_process_away_and_keeps_what_was_answered_in_it",
    ("timer", "boundary"): "spiff/test_events:test_an_interrupting_timer_takes_the_task_away",
    ("conditional", "boundary"): "spiff/test_conditional:test_at_a_boundary_it_takes_the_activity_away",
    ("error", "boundary"): "spiff/test_events:"
    "test_an_error_is_caught_by_the_nearest_activity_around_with_the_exact_code_first",
    ("escalation", "boundary"): "spiff/test_escalation:"
    "test_an_interrupting_escalation_takes_the_sub_process_away_with_what_was_done_in_it",
    ("compensate", "boundary"): "spiff/test_compensation:test_only_what_is_completed_is_taken_back",
    ("cancel", "boundary"): "spiff/test_compensation:test_a_transaction_ends_well_or_is_taken_back_and_left_by_its_cancel_event",
    ("message", "boundary_beside"): "spiff/test_known_defects:test_a_non_interrupting_message_may_come_again_and_again",
    ("timer", "boundary_beside"): "spiff/test_events:test_a_reminder_comes_as_often_as_drawn_and_the_task_stays",
    ("signal", "boundary_beside"): "test_thrown:test_a_signal_at_a_boundary_that_does_not_interrupt_comes_every_time",
    ("conditional", "boundary_beside"): "spiff/test_conditional:"
    "test_beside_an_activity_it_happens_each_time_it_becomes_true",
    ("escalation", "boundary_beside"): "spiff/test_escalation:"
    "test_two_branches_hear_and_nobody_is_told_twice",
    ("message", "handler"): "spiff/test_handlers:"
    "test_an_interrupting_one_cancels_everything_else_and_goes_on_with_what_was_known",
    ("timer", "handler"): "spiff/test_handlers:test_the_wait_says_what_an_event_says",
    ("signal", "handler"): "spiff/test_handlers:test_whoever_throws_the_signal_that_interrupts_is_interrupted",
    ("conditional", "handler"): "spiff/test_conditional:test_an_event_sub_process_begins_by_it",
    ("error", "handler"): "spiff/test_handlers:test_an_error_inside_is_caught_before_the_boundary_of_the_sub_process",
    ("compensate", "handler"): "spiff/test_taking_back:"
    "test_a_sub_process_is_taken_back_by_the_event_sub_process_in_it",
    ("message", "handler_beside"): "spiff/test_handlers:"
    "test_one_beside_comes_as_often_as_it_is_told_and_the_process_waits_for_it",
    ("timer", "handler_beside"): "spiff/test_handlers:test_a_repeated_timer_beside_runs_out",
    ("signal", "handler_beside"): "spiff/test_handlers:test_a_signal_reaches_it",
    ("conditional", "handler_beside"): "spiff/test_conditional:test_conditions_that_chase_each_other_are_stopped",
    ("escalation", "handler_beside"): "spiff/test_escalation:"
    "test_an_event_sub_process_hears_an_escalation_before_those_outside",
}
ANYWHERE = "spiff/test_positions:test_the_event_happens"
REFUSED = "spiff/test_positions:test_the_event_is_refused_with_its_element"
BY_NAME = "../processes/test_refused:test_check_and_publish_refuse_by_name_with_the_reason"
# what else is drawn: element, whether it runs, a test that shows it
ELEMENTS = [
    ("task, manual task", "yes: somebody's work", "spiff/test_flow:test_plain_and_manual_tasks_are_somebodys_work"),
    ("user task", "yes", "test_runtime:test_answers_decide_the_way"),
    ("service task", "yes: an operation", "spiff/test_known_defects:test_a_service_task_waits_with_its_inputs_worked_out_once"),
    ("send task with an operation", "yes", "spiff/test_flow:test_a_send_task_with_an_operation_is_a_call"),
    ("send task with a message", "yes", "test_thrown:test_a_thrown_message_reaches_the_instance_with_the_key"),
    ("receive task", "yes", "spiff/test_events:test_a_receive_task_waits_for_its_message"),
    ("script task", "yes: assignments in our language", "spiff/test_flow:test_scripts_assign_with_what_they_know_of_the_case"),
    ("business rule task", "yes: DMN tables", "spiff/test_flow:test_a_decision_table_answers_into_the_data"),
    ("… with a table that rests on another decision", "refused by name", BY_NAME),
    ("call activity", "yes", "spiff/test_flow:test_a_called_process_runs_with_a_copy_and_its_changes_come_back"),
    ("data in and out of a call", "yes", "spiff/test_mappings:test_only_what_is_named_goes_in_and_comes_back"),
    ("embedded sub-process", "yes", "spiff/test_flow:test_a_sub_process_hands_back_what_it_changed_and_the_outer_data_lives_on"),
    ("transaction", "yes", "spiff/test_compensation:test_a_transaction_ends_well_or_is_taken_back_and_left_by_its_cancel_event"),
    ("ad-hoc sub-process", "yes", "spiff/test_adhoc:test_everything_is_offered_and_comes_again_until_it_is_enough"),
    ("exclusive gateway", "yes", "spiff/test_flow:test_an_exclusive_gateway_takes_the_first_arrow_whose_condition_holds"),
    ("inclusive gateway", "yes", "spiff/test_graphs:test_random_graphs_play_the_game_of_tokens"),
    ("parallel gateway", "yes", "spiff/test_known_defects:test_a_parallel_join_in_a_loop_waits_for_both_branches_each_time"),
    ("event-based gateway", "yes", "spiff/test_events:test_an_event_based_gateway_takes_only_the_way_of_what_comes_first"),
    ("… with several events due in one pass", "yes: exactly one path",
     "test_side_by_side:test_of_two_times_due_in_one_pass_exactly_one_comes"),
    ("… that starts a process, or waits for all", "refused by name", BY_NAME),
    ("complex gateway", "refused by name", BY_NAME),
    ("arrows with conditions, out of activities too", "yes",
     "spiff/test_flow:test_tasks_may_have_several_arrows_out_with_and_without_conditions"),
    ("default arrow", "yes", "spiff/test_flow:test_a_default_arrow_out_of_a_task_is_taken_when_no_condition_holds"),
    ("several arrows into an activity", "yes: once for each that comes",
     "spiff/test_flow:test_two_tokens_pass_a_task_one_after_the_other_when_branches_meet_without_gateway"),
    ("conditions out of events", "refused by name",
     "spiff/test_checks:test_what_would_run_otherwise_than_drawn_is_refused_with_its_element"),
    ("a link without its other end", "refused by name",
     "spiff/test_known_defects_continued:test_a_link_without_its_other_end_is_refused"),
    ("multi-instance, parallel", "yes",
     "spiff/test_many:test_results_are_collected_in_the_order_of_the_items_whoever_answers_first"),
    ("multi-instance, sequential", "yes", "spiff/test_many:test_one_by_one_shows_only_the_next_and_passes_changes_on"),
    ("completion condition", "yes", "spiff/test_many:test_a_completion_condition_takes_the_other_instances_away"),
    ("counters of one of many, in the words of the standard and of Camunda", "yes",
     "spiff/test_counting:test_in_a_row_each_knows_its_number_how_many_are_done_and_that_one_is_under_way"),
    ("standard loop", "yes", "spiff/test_loops:test_a_task_comes_again_while_the_condition_holds"),
    ("several definitions in one event, borrowed definitions", "refused by name", BY_NAME),
    ("compensation of an activity that is done several times", "yes: of each of many, of each round of a loop",
     "spiff/test_compensation:test_of_many_each_is_taken_back_with_what_it_knew"),
    ("compensation of a sub-process from within, of each of many too", "yes",
     "spiff/test_taking_back:test_what_is_thrown_in_it_takes_back_what_was_done_around_it_the_last_first"),
    ("compensation of a sub-process that nobody is drawn for", "yes: what was done in it, one by one",
     "spiff/test_taking_back:test_without_anybody_drawn_for_it_what_was_done_inside_is_taken_back_one_by_one"),
    ("compensation of a process as a whole", "refused by name", BY_NAME),
    ("compensation that is not waited for", "refused by name", BY_NAME),
    ("several tokens into or out of one activity, events for some of many", "refused by name", BY_NAME),
    ("data objects", "yes: one value for all branches; written when an activity is done, read when one begins",
     "spiff/test_objects:test_what_one_branch_writes_the_others_know_at_once_and_after_they_meet"),
    ("data objects that nothing uses, or that have no name of data", "shown only, and said to be",
     "spiff/test_objects:test_what_has_no_name_of_data_is_a_picture_and_said_to_be"),
    ("data stores", "yes: read when an activity begins, kept when it is done",
     "test_stores:test_what_one_process_keeps_another_reads"),
    ("data associations that would change data", "refused by name", BY_NAME),
    ("correlation by keys", "yes", "test_messages:test_of_many_instances_the_one_with_the_key_hears_it"),
    ("time to live of messages", "yes", "test_messages:test_a_message_expires_and_is_then_heard_by_nobody"),
    ("other processes of a file that nothing calls", "shown only, and said to be",
     "spiff/test_checks:test_a_second_process_that_nothing_calls_is_pointed_out"),
    ("call bound to the version published with its caller, or to the latest", "yes",
     "../processes/test_bindings:"
     "test_a_bound_call_keeps_the_version_it_was_published_with_until_its_caller_is_published_again"),
    ("who uses a called process", "yes: told with place and binding",
     "../processes/test_bindings:test_who_uses_a_process_is_told_with_the_place_and_the_binding"),
    ("pools that are not executable", "left out, and said to be",
     "spiff/test_checks:test_a_pool_drawn_for_the_reader_is_left_out_and_said_to_be"),
]  # fmt: skip


def page() -> str:
    """The whole page."""
    lines = ["# What can be drawn", "", *INTRODUCTION, "", "| event | place | runs | shown by |", "|---|---|---|---|"]
    for kind in KINDS:
        for place, words in PLACES.items():
            runs = kind in WHERE[place] or (kind, place) in SHOWN
            test = SHOWN.get((kind, place), ANYWHERE) if runs else REFUSED
            lines.append(f"| {kind} | {words} | {'yes' if runs else 'refused'} | {_named(test)} |")
    lines += _times() + _elements()
    lines += ["", "| what else | runs | shown by |", "|---|---|---|"]
    lines += [f"| {element} | {runs} | {_named(test)} |" for element, runs, test in ELEMENTS]
    lines += ["", "## What the library gets wrong by itself", ""]
    lines += ["| in SpiffWorkflow 3.2.0 | right here, shown by |", "|---|---|"]
    lines += [f"| {defect} | {_named(test)} |" for defect, test in DEFECTS]
    return "\n".join([*lines, "", *PATTERNS, ""])


def _times() -> list[str]:
    """Each kind of time at each place where a timer may stand."""
    lines = ["", "| timer | place | runs | shown by |", "|---|---|---|---|"]
    return lines + [f"| {time} | {PLACES[place]} | yes | {_shown(TIME_COMES, time, place)} |"
                    for time, place in test_positions.TIMED]  # fmt: skip


def _elements() -> list[str]:
    """Each kind of activity and gateway at each place, in each way to repeat it, and in each part it may play."""
    lines = ["", "| element | where | runs | shown by |", "|---|---|---|---|"]
    for kind in test_elements.DRAWN:
        shown = [(words, "an_activity_runs_where_it_stands", place) for place, words in test_elements.PLACES.items()]
        shown += [(words, "an_activity_is_repeated", way) for way, (words, _drawn) in test_elements.REPEATED.items()]
        shown += [("takes back (compensation)", "an_activity_takes_back", "")]
        if kind in test_elements.WAITING:
            shown += [("interrupted by a boundary event", "an_activity_is_interrupted_at_its_boundary", "")]
        lines += [f"| {_words(kind)} | {words} | yes | {_shown(AT + test, kind, place)} |" for words, test, place in shown]
    for kind in test_elements.GATEWAYS:
        lines += [f"| {_words(kind)} | {words} | yes | {_shown(AT + 'a_gateway_runs_where_it_stands', kind, place)} |"
                  for place, words in test_elements.PLACES.items()]
    return lines


def _shown(test: str, *which: str) -> str:
    """A test and which of its cases."""
    return f"{_named(test)}, `{'-'.join(filter(None, which))}`"


def _words(kind: str) -> str:
    for word in ("sub_process", "ad_hoc", "event_based"):
        kind = kind.replace(word, word.replace("_", "-"))
    return kind.replace("_", " ")


TIME_COMES = "spiff/test_positions:test_the_time_comes"
AT = "spiff/test_elements:test_"
INTRODUCTION = [
    "Everything that can be drawn either runs by the rules of BPMN 2.0 or is refused when it is checked, with the element",
    "and the reason. The tests are in `tests/engine/workflow`. Besides the test named here, `spiff/test_positions` goes",
    "through the first table line by line; behind a comma stands the case of a test.",
    "(Written by `python -m tests.engine.workflow.spiff.coverage`.)",
]
PATTERNS = [
    "Random processes of all blocks are walked against an oracle that knows no tokens in `spiff/test_oracle`: three hundred in",
    "every run of the tests, three thousand by `make soak OF=random_processes`. Runs that are saved and loaded",
    "after every step, and runs that never are, are compared in `spiff/test_kept_or_not`.",
    "",
    "The twenty basic workflow patterns are shown one by one, by name, in `tests/engine/workflow/test_patterns.py`; as diagrams",
    "for any modeller they lie in `tests/data/patterns`.",
]


def _named(test: str) -> str:
    file, name = test.split(":")
    return f"`{file}` {name.removeprefix('test_').replace('_', ' ')}"


if __name__ == "__main__":
    PAGE.write_text(page())
