"""Small programs that play the other side: a court, an SMS gateway, a mail server. They know our HTTP doors and nothing else."""
