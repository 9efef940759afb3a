"""What people ask for, say and hand in besides their tasks: acts, applications, replies, objections."""
