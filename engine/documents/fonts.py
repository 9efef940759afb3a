"""The typeface of all documents: Noto Serif SC, made ready by the build, or the system's Noto Serif CJK SC."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst

BUILT = Path(__file__).parents[2] / "webapp" / "static" / "fonts"
SYSTEM = Path("/usr/share/fonts")
FAMILIES = ("Noto Serif SC", "Noto Serif CJK SC")


class NoFont(RuntimeError):
    """No Chinese typeface was found; the text says what to do."""


@dataclass(frozen=True)
class Typeface:
    """A family's name and the loaded font files, shared by all threads."""

    family: str
    fonts: typst.Fonts


@lru_cache(maxsize=8)
def typeface(folder: str = "", built: Path = BUILT, system: Path = SYSTEM) -> Typeface:
    """The typeface in `folder` (setting SUTIAO_FONTS); else the one the build made; else the system's. Raises NoFont."""
    places = [Path(folder)] if folder else [built, *_serif_folders(system)]
    for place in places:
        if place.is_dir():
            fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(place)])
            for family in FAMILIES:
                if family in fonts.families():
                    return Typeface(family, fonts)
    looked = ", ".join(str(place) for place in places) or str(built)
    raise NoFont(
        f"No Chinese typeface (Noto Serif SC) in {looked}. Run `make build`, install the package fonts-noto-cjk, "
        "or set SUTIAO_FONTS to a folder that holds it."
    )


def _serif_folders(system: Path) -> list[Path]:
    """Only the folders that hold a Noto Serif CJK, so that a machine's other fonts are not read."""
    if not system.is_dir():
        return []
    return sorted({path.parent for path in system.rglob("NotoSerifCJK*") if path.suffix in (".ttc", ".otf")})
