"""What residents and enterprises see."""
