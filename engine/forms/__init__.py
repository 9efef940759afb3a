"""What a form file means: one file checks answers, shows the form, and sums old answers up."""
