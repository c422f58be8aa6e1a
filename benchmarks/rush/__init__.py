"""The deadline rush: thousands submit in the last minutes, through the whole stack, on the real clock."""
