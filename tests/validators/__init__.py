"""What else looks at every template: cfn-lint, the deploy rules, and our own invariants."""
