"""Signing on to the systems of departments with an account of the city: OpenID Connect, from the provider's side."""
