"""The pieces screens are made of: attributes down, messages up, no ledger and no service."""
