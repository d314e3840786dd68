"""What is measured, beside named peers in the same run. No part of the timed tests; all print JSON with ``--json``."""
