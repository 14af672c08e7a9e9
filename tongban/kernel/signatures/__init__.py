"""Signatures on an application, given by everybody it names on an account of their own."""
