"""A desk at which the command is asked about a form, and as little as a form can say."""

import json
from pathlib import Path
from typing import Any

import pytest

from nianlun.cli import main

ROUND = str(Path(__file__).parents[3] / "rounds" / "2017.json")
AS_OF = "2017-09-20T16:00:00+08:00"
LEAST: dict[str, Any] = {
    "t1": {
        "uscc": "91310000MA1K0000X0",
        "legal_form": "律师事务所",
        "operating_since": "2016-09-20",
        "capital": "100000",
        "kind": "专业",
        "category": "management_consulting",
        "finance_last_year": {"revenue": "1", "profit": "-1", "assets": "1", "liabilities": "1"},
    },
    "t2": {
        "roster": [
            {
                "person_key": f"P{number}",
                "fulltime": True,
                "professional": True,
                "education": "大专" if number < 7 else "无",
            }
            for number in range(10)
        ],
        "premises": [{"area": "69.999", "tenure": "own"}, {"area": "10.001", "lease_to": "2017-09-20"}],
        "equipment": [{"name": "热线"}],
    },
    "t3": {
        "smes_served": 100,
        "surveyed": 5,
        "satisfied": 4,
        "volume_total": "100",
        "volume_public": "5",
        "volume_lowfee": "5",
        "micro_discount": True,
    },
    "t4": {
        "partners": [
            {"uscc": f"91310000MA1K000{number}X{number}", "type": "服务机构", "from": "2017-01-01", "to": "2017-09-20"}
            for number in range(1, 4)
        ],
        "documents": dict.fromkeys(("management_system", "service_process", "fee_standard", "quality_assurance"), True),
        "plan": {"smes": 5},
        "commitment": True,
    },
    "materials": [1, 2, 3, 5, 6, {"material": 7, "sha256": "a" * 64}, 9],
}
"""As little as a form can say."""


class Desk:
    """Asks the command about a form, and has its answer."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._path, self._capsys = folder / "form.json", capsys

    def ask(self, form: object, *more: str) -> tuple[object, str, str]:
        self._path.write_text(json.dumps(form, ensure_ascii=False))
        with pytest.raises(SystemExit) as ended:
            main(["eligibility", str(self._path), "--round", ROUND, "--as-of", AS_OF, *more])
        said = self._capsys.readouterr()
        return ended.value.code, said.out, said.err

    def told(self, form: object, *more: str) -> Any:
        code, out, err = self.ask(form, *more)
        assert code == 0, err
        return json.loads(out)
