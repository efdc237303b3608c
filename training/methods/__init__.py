"""Methods that learn from two domains, behind one small protocol."""
