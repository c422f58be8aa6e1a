"""The console command: one small module per command or group of commands."""
