"""What each kind of problem is called in Chinese: one catalogue, since applicants and officials read it."""

import json
from collections.abc import Mapping
from pathlib import Path

TITLES_ZH: Mapping[str, str] = json.loads(Path(__file__).with_name("titles_zh.json").read_text("utf-8"))
"""Title by kind of problem, the last part of its `type`; a test names every refusal that has none."""
