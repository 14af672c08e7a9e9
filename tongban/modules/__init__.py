"""What else the city does beside handling cases: thin packages that can be removed."""
