"""What else looks at every golden template: cfn-lint, the deploy rules, and our own invariants."""
