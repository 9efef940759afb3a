"""What lies on the desk beside the tasks: the file of a case, its news, what it waits for, the day, the portfolio."""
