"""OpenID Connect: the addresses that systems and browsers use to sign on, and the pages of consent."""
