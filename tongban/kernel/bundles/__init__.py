"""Cases within a case (一件事 and every other step that opens a case of another item)."""
