"""Send delivery receipts back, signed (Standard Webhooks) with the gateway's key."""

import base64
import json
import threading
from datetime import UTC, datetime

import requests
from standardwebhooks import Webhook

from webapp.peers.sink.box import Box


class Receipts(threading.Thread):
    """Sends what is owed, again until it is taken."""

    def __init__(self, box: Box, address: str, key: str):
        super().__init__(daemon=True, name="receipts")
        self.box, self.address, self.key = box, address, key
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            row = self.box.due_receipt() if self.address else None
            if row is None:
                self.stopped.wait(0.2)
            else:
                self.box.receipt_tried(row, self.send(row))

    def send(self, row: dict) -> bool:
        """One try; true when it was taken or will never be."""
        body = json.dumps({"id": f"SMS{row['message_id']}", "reference": row["key"], "status": row["status"]})
        try:
            headers = signed(self.key, f"receipt-{row['key']}", body)
            answer = requests.post(self.address, data=body.encode(), headers=headers, timeout=5)
        except requests.RequestException:
            return False
        return answer.status_code < 500 and answer.status_code != 404


def signed(key: str, message_id: str, body: str) -> dict:
    """The headers of a receipt."""
    now = datetime.now(UTC)
    headers = {"content-type": "application/json", "webhook-id": message_id, "webhook-timestamp": str(int(now.timestamp()))}
    if key:
        headers["webhook-signature"] = Webhook(base64.b64encode(key.encode()).decode()).sign(message_id, now, body)
    return headers
