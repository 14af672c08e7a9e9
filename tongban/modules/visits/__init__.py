"""Dedicated service: lists of enterprises, their service officers, visits, what was promised, duty in the towns."""
