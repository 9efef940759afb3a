"""Who gets a task, who may hold it, how it goes from one to the other."""
