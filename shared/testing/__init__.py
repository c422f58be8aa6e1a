"""What tests share: scenarios, fixtures, suites."""
