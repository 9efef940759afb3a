"""Gateways that wait for every branch, and branches that nobody is on and nobody can come to any more."""

from engine.workflow.spiff.model import Process


def starved(process: Process, scope: str | None, places: set[str], arrived: set[str]) -> set[str]:
    """Parallel gateways of a scope to which some branches lead from where tokens are, or have led (`arrived`: by these arrows),
    and others cannot."""
    known = reached(process, places)
    found = set()
    for each in process.scopes.get(scope, ()):
        gateway = process.elements[each]
        if gateway.kind == "parallel_gateway":
            fed = [flow in arrived or process.flows[flow].source in known for flow in gateway.incoming]
            found |= {each} if any(fed) and not all(fed) else set()
    return found


def reached(process: Process, places: set[str]) -> set[str]:
    """Where tokens are and everything they can come to."""
    guards: dict[str, list[str]] = {}
    for each in process.elements.values():
        if each.attached_to:
            guards.setdefault(each.attached_to, []).append(each.id)
    found, todo = set(), [each for each in places if each in process.elements]
    while todo:
        each = todo.pop()
        if each not in found:
            found.add(each)
            todo += [flow.target for flow in process.leaving(each)] + guards.get(each, [])
    return found
