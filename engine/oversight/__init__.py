"""For whoever keeps the system running: what is stuck, why, and what may be done about it. No case content."""
