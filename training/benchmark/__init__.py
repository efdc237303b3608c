"""The paper's experiment: many methods on many pairs of domains, measured in the same way."""
