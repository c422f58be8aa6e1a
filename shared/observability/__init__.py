"""What ops see: JSON log lines and a closed catalogue of metrics."""
