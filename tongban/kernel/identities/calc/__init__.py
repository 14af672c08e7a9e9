"""Numbers of an authenticator and the formats of identity documents. Pure."""
