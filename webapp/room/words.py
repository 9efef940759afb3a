"""What the island says, in the reader's language."""

from flask_babel import lazy_gettext as _

WORDS = {
    "expected": _("not here yet"),
    "waiting": _("in the waiting room"),
    "admitted": _("in the room"),
    "left": _("away"),
    "refused": _("not let in"),
    "admit": _("Let in"),
    "refuse": _("Do not let in"),
    "remove": _("Send out"),
    "you": _("you"),
    "muted": _("microphone off"),
    "dark": _("camera off"),
    "connecting": _("connecting …"),
    "microphone_off": _("Mute"),
    "microphone_on": _("Unmute"),
    "camera_off": _("Camera off"),
    "camera_on": _("Camera on"),
    "nobody_hears": _("Nobody sees or hears you yet. This picture is for you alone."),
    "heard_by": _("Who sees and hears you now: {names}. Nothing is recorded."),
    "alone": _("You are alone in the room. Nobody else sees or hears you."),
    "wait_to_be_let_in": _("You are in the waiting room. The mediator knows that you are here and will let you in."),
    "wait_for_mediator": _("You are in the waiting room. The mediator has not opened the room yet."),
    "room_full": _(
        "The room has places for the mediator and three others, and they are taken. You are let in when somebody leaves."),
    "was_refused": _("The mediator has not let you in. If you think that is a mistake, telephone the mediation organisation."),
    "is_over": _("The meeting has ended. Camera and microphone are off."),
    "taken_over": _("You opened the room in another window. This one is off."),
    "reconnecting": _("The connection was lost. You keep your place; it is being made again …"),
    "link_over": _("You can no longer be let in with this page. Open your link again."),
    "no_devices": _("Camera and microphone are not on. You see and hear the others; to be heard, allow them, or telephone."),
    "no_camera": _("No camera: the others hear you, but do not see you."),
    "no_webrtc": _("This browser cannot send picture and sound. Open the page in another browser, or telephone."),
    "camera_works": _("Your camera works."),
    "microphone_works": _("Your microphone works: the bar moves when you speak."),
    "microphone_silent": _("Nothing is heard yet. Say a few words."),
    "saving": _("saving …"),
    "saved": _("saved"),
    "not_saved": _("not saved: {why}"),
    "no_connection": _("no connection to the server"),
    "yes": _("Yes, do it"),
    "no": _("No, go on as before"),
    "sure_to_end": _("End the meeting for everybody?"),
    "sure_to_freeze": _("Close the minutes? Nobody can change them afterwards."),
    "confirmed": _("confirms the minutes"),
    "objected": _("objects: {remark}"),
    "unanswered": _("has not answered yet"),
}


def words() -> dict[str, str]:
    """All of them as plain texts."""
    return {key: str(text) for key, text in WORDS.items()}


def notice(state: dict) -> str:
    """What somebody who is not in should know, for a page without the island."""
    if state["is_over"] or state["me"]["state"] == "admitted":
        return ""
    if state["me"]["state"] == "refused":
        return str(WORDS["was_refused"])
    if state["is_full"]:
        return str(WORDS["room_full"])
    return str(WORDS["wait_to_be_let_in" if state["is_open"] else "wait_for_mediator"])
