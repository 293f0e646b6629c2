"""What the rules are made of: who may do what, which work may begin, what a decision is."""
