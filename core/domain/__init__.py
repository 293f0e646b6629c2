"""Pure values and rules of the shop: no I/O, nothing from outside this folder."""
