"""Django's PostgreSQL, which says in every transaction for whom it reads (ADR 0047)."""
