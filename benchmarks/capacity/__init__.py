"""What a year of the programme weighs: measured on two years of different sizes, and carried on to larger ones."""
