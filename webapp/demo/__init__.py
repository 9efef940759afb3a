"""A world to look at: invented people in courts, organisations and institutions, and scripted cases."""
