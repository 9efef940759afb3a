"""Text with formatting as blocks that a paper can be set from: paragraphs, headings, lists, quotations."""

from html.parser import HTMLParser

from engine.forms import special

KINDS = {"p": "paragraph", "h3": "heading", "h4": "heading", "ul": "bullets", "ol": "numbers"}
ENDS = {*KINDS, "blockquote"}
LISTS = ("ul", "ol")
STYLES = {"strong": "strong", "b": "strong", "em": "emph", "i": "emph", "u": "underline", "s": "strike"}


def blocks(text: str) -> list[dict]:
    """Blocks of a kind with their items, each a list of {text, and its styles}; only of what `special.cleaned` lets through."""
    reader = _Reader()
    reader.feed(special.cleaned(text))
    reader.close()
    return [block for block in reader.blocks if block["items"]]


class _Reader(HTMLParser):
    """Builds the blocks tag by tag; a list within a list is read as one list, words outside of all blocks as a paragraph."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.blocks: list[dict] = []
        self.block: dict | None = None
        self.item: list | None = None
        self.styles: list[str] = []
        self.lists = self.quotations = 0  # how deep in them

    def handle_starttag(self, tag, attrs):
        if tag in STYLES:
            self.styles.append(STYLES[tag])
        elif tag == "br":
            self.handle_data("\n")
        elif tag == "li":
            self.item = None
        elif tag == "blockquote":
            self.quotations += 1
            self.block = self.item = None
        elif tag in KINDS and not self.lists:
            self._begin(KINDS[tag])
        self.lists += tag in LISTS

    def handle_endtag(self, tag):
        if tag in STYLES and STYLES[tag] in self.styles:
            self.styles.remove(STYLES[tag])
        self.lists -= tag in LISTS and self.lists > 0
        self.quotations -= tag == "blockquote" and self.quotations > 0
        if tag == "li":
            self.item = None
        elif tag in ENDS and not self.lists:
            self.block = self.item = None

    def handle_data(self, data):
        if self.item is None and not data.strip():
            return
        if self.block is None:
            self._begin("paragraph")
        if self.item is None:
            self.item = []
            self.block["items"].append(self.item)
        self.item.append({"text": data, **dict.fromkeys(self.styles, True)})

    def _begin(self, kind: str) -> None:
        self.block = {"kind": "quotation" if self.quotations and kind == "paragraph" else kind, "items": []}
        self.blocks.append(self.block)
        self.item = None
