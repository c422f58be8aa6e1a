"""What reporting's use cases need from outside: nothing but the store and its documents so far."""
