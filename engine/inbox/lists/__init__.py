"""What people ask of the inbox: which tasks, narrowed how, in what order, a page at a time."""
