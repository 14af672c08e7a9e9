"""Files in quarantine and out of it, and letters rendered from templates."""
