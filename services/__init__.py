"""Five services on one street; none of them knows another."""
