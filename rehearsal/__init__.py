"""The demo: a hundred organizations live through a year of the 2017 programme, by the services' HTTP APIs alone."""
