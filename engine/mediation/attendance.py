"""Who was at a session: seen by the platform in the room, noted by the mediator for a meeting elsewhere."""

from engine.mediation.models import Attendance, MediationSession

PRESENT, PARTLY, ABSENT = "present", "partly", "absent"
ANSWERS = (PRESENT, PARTLY, ABSENT)
IDENTITIES = {  # how somebody was identified, as the minutes print it
    "id_card": "核对身份证件原件",
    "authority": "核对授权手续和执业、工作证件",
    "phone": "拨打预留号码并核对身份信息",
    "known": "与在案身份信息核对，各方均无异议",
}


def expected(session: MediationSession) -> list[Attendance]:
    """Everybody who was asked to come and still is in the case, but the mediators, who hold it."""
    return [seat for seat in session.attendances if seat.participant.role != "mediator" and seat.participant.is_current]


def note(seat: Attendance, came: str, identity: str) -> None:
    """Keep whether somebody came, and how they were identified."""
    seat.came, seat.identity = came, identity if came != ABSENT else ""


def there(session: MediationSession) -> list[Attendance]:
    """Who came. A meeting of which nothing was noted, neither in the room nor by the mediator, counts everybody expected."""
    noted = [seat for seat in session.attendances if seat.came]
    if noted:
        return [seat for seat in session.attendances if seat.came not in ("", ABSENT) or seat.participant.role == "mediator"]
    return [seat for seat in session.attendances if seat.admitted_at] or list(session.attendances)


def absent(session: MediationSession) -> list[Attendance]:
    """Who is noted as not having come."""
    return [seat for seat in session.attendances if seat.came == ABSENT]
