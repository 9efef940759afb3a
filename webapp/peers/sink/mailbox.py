"""A mail server that keeps every mail and delivers none."""

from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from webapp.peers.sink.box import Box


class Keeper:
    """Takes a mail: its text part is what is shown."""

    def __init__(self, box: Box):
        self.box = box

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        part = mail.get_body(preferencelist=("plain", "html"))
        text = part.get_content() if part is not None else ""
        key = (mail.get("Message-ID") or f"mail-{id(envelope)}").strip("<>")
        for recipient in envelope.rcpt_tos:
            self.box.put("email", f"{key} {recipient}", recipient, text, envelope.mail_from or "", str(mail.get("Subject") or ""))
        return "250 Kept"


def start(box: Box, port: int, host: str = "127.0.0.1") -> Controller:
    """Listen for mail until `stop()`."""
    controller = Controller(Keeper(box), hostname=host, port=port)
    controller.start()
    return controller
