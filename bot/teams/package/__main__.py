"""Builds the Teams app package: `python -m bot.teams.package --out build/tieout-teams.zip --app-id ID`."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
PLACEHOLDER = "00000000-0000-4000-8000-000000000001"
FILES = ("color.png", "outline.png")


def manifest_for(app_id: str, site: str) -> str:
    """The manifest of one installation: its app id and the site of who runs it."""
    manifest = json.loads((HERE / "manifest.json").read_text())
    manifest["id"] = app_id
    for bot in manifest["bots"]:
        bot["botId"] = app_id
    if site:
        base = site.rstrip("/")
        manifest["developer"] |= {
            "websiteUrl": base,
            "privacyUrl": f"{base}/privacy",
            "termsOfUseUrl": f"{base}/terms",
        }
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def build(out: Path, *, app_id: str, site: str = "") -> None:
    """Writes the zip, all three files at its root; the same input gives the same bytes."""
    out.parent.mkdir(parents=True, exist_ok=True)
    contents = [("manifest.json", manifest_for(app_id, site).encode())]
    contents += [(name, (HERE / name).read_bytes()) for name in FILES]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents:
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def main(argv: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.teams.package", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--out", type=Path, default=Path("build/tieout-teams.zip"), help="the zip to write")
    parser.add_argument("--app-id", type=_guid, default=PLACEHOLDER, help="the bot's app (client) id in Entra")
    parser.add_argument("--site", default="", help="https address of whoever runs it, for the store's links")
    chosen = parser.parse_args(argv)
    build(chosen.out, app_id=chosen.app_id, site=chosen.site)
    sys.stdout.write(f"{chosen.out}\n")
    if chosen.app_id == PLACEHOLDER:
        sys.stderr.write(
            "Built with a placeholder app id. Next step: build it again with --app-id and your bot's id.\n"
        )
    return 0


def _guid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an app id such as {PLACEHOLDER}") from error


if __name__ == "__main__":
    sys.exit(main())
