"""What we say to courts: types of callbacks, and which progress is told."""

PROGRESS = ("accepted", "mediator_appointed", "session_planned", "agreement_signed", "extended", "performed")
