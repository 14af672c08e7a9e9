"""Seals of agencies: sign bytes and PDFs, verify both."""
