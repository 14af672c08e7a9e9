"""What of a credential its holder lets others see: shown by a code, lent for a purpose, copied with a mark."""
