"""Persons, organisations, their accounts, mandates and the file of facts on each."""
