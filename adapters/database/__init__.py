"""The facts: tables, the transaction, the ledger, one repository a noun."""
