"""What changes a fact: one function, one act, one transaction."""
