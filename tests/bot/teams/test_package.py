"""The Teams app package: a valid manifest, icons of the right size, all three files at the root of the zip."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from bot.teams.package.__main__ import HERE, PLACEHOLDER, build, main
from bot.teams.package.icons import color_icon, outline_icon
from tests.bot.oracles import SPECS, WITHOUT_SPECS

APP = "12345678-0000-4000-8000-000000000002"


def manifest_in(package: Path) -> dict[str, Any]:
    with zipfile.ZipFile(package) as opened:
        return dict(json.loads(opened.read("manifest.json")))


def test_the_zip_holds_three_files_at_its_root_and_the_app_id(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path / "a" / "tieout.zip"), "--app-id", APP, "--site", "https://firm.example/"]) == 0
    package = tmp_path / "a" / "tieout.zip"
    with zipfile.ZipFile(package) as opened:
        assert sorted(opened.namelist()) == ["color.png", "manifest.json", "outline.png"]
    manifest = manifest_in(package)
    assert (manifest["id"], manifest["bots"][0]["botId"]) == (APP, APP)
    assert manifest["developer"]["privacyUrl"] == "https://firm.example/privacy"
    assert set(manifest["bots"][0]["scopes"]) == {"team", "personal", "groupChat"}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build(tmp_path / name, app_id=PLACEHOLDER)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_wrong_app_id_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--app-id", "tieout"])
    assert "not an app id" in capsys.readouterr().err


@pytest.mark.skipif(not SPECS.exists(), reason=WITHOUT_SPECS)
def test_the_manifest_is_valid_by_microsofts_schema(tmp_path: Path) -> None:
    build(tmp_path / "tieout.zip", app_id=APP)
    schema = json.loads((SPECS / "teams" / "MicrosoftTeams.schema.v1.29.json").read_text())
    assert [error.message for error in Draft4Validator(schema).iter_errors(manifest_in(tmp_path / "tieout.zip"))] == []


def test_the_icons_are_what_the_code_draws_in_the_sizes_teams_wants() -> None:
    for name, drawn, side in (("color.png", color_icon(), 192), ("outline.png", outline_icon(), 32)):
        kept = (HERE / name).read_bytes()
        assert struct.unpack(">II", kept[16:24]) == (side, side)
        assert pixels(kept, side) == pixels(drawn, side)
    outline = pixels(outline_icon(), 32)
    assert {tuple(outline[i : i + 3]) for i in range(0, len(outline), 4)} == {(255, 255, 255)}
    assert outline[3] == 0, "the corner is transparent"


def pixels(png: bytes, side: int) -> bytes:
    """The RGBA bytes of a PNG with one data chunk and no filters."""
    import zlib

    at, found = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        found += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    rows = zlib.decompress(found)
    return b"".join(rows[i * (side * 4 + 1) + 1 : (i + 1) * (side * 4 + 1)] for i in range(side))
