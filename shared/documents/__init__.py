"""Documents from data: PDF and XLSX whose bytes are the same whenever they are made again (C5.2, C5.3, C5.4)."""
