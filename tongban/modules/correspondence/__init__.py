"""Correspondence on a case: messages between applicant and officers, notes among officers, labels."""
