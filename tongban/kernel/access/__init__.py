"""Grants and policies: who may do what to which rows."""
