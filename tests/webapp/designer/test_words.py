"""Whatever the islands say has its word in the list that the server translates."""

import re
from pathlib import Path

from webapp.designer.words import ISLAND_WORDS

SOURCES = Path(__file__).parents[3] / "webapp" / "frontend" / "src"
SAID = re.compile(
    r"""translate\(\s*'([^']+)'|\blabel = '([^']+)'|#try\('([^']+)'|\[\s*'[a-z]+', '([^']+)', \(\) =>|label: '([^']+)'""")


def test_every_text_of_the_islands_is_in_the_list():
    said = set()
    for file in [*(SOURCES / "designer").rglob("*.js"), *(SOURCES / "decisions").rglob("*.js")]:
        said |= {next(filter(None, found)) for found in SAID.findall(file.read_text(encoding="utf-8"))}

    assert len(said) > 50 and said - set(ISLAND_WORDS) == set()
