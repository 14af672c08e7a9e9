"""What follows from a case: its letters, its result and how that reaches the applicant, its messages to the province."""
