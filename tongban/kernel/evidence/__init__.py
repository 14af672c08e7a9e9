"""The sealed log: every event numbered in one tree (RFC 9162) whose signed heads anyone can check without us."""
