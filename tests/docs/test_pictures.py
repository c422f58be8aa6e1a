"""The pictures of the documents: one of each, small, and drawn again at will."""

from pathlib import Path

from tests.docs.pages import ROOT
from tests.docs.pictures import BYTES_MAX, MADE, main

PAGE, PICTURES = ROOT / "docs" / "documents.md", ROOT / "docs" / "pictures"


def test_the_page_shows_each_of_them() -> None:
    shown = {f"{name}.png" for name in MADE}
    assert {path.name for path in PICTURES.iterdir()} == shown
    assert all(f"](pictures/{name})" in PAGE.read_text() for name in shown)


def test_they_are_small_and_drawn_again(tmp_path: Path) -> None:
    main(tmp_path)
    for name in MADE:
        kept, drawn = PICTURES / f"{name}.png", tmp_path / f"{name}.png"
        assert 5_000 < kept.stat().st_size < BYTES_MAX
        assert drawn.read_bytes() == kept.read_bytes(), f"make pictures: {name} is out of date"
