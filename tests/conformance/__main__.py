"""Write the table anew: `python -m tests.conformance`."""

from pathlib import Path

from tests.conformance.known import registry, table

Path(__file__).with_name("TABLE.md").write_text(table(registry().entries), encoding="utf-8")
