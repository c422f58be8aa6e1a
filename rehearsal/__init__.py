"""The demo: sixty organizations live through the 2017 round, by the services' HTTP APIs alone."""
