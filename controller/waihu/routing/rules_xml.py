"""XML of strangers, read without what makes it dangerous: no document types, so no entities; bounded in every way."""

from dataclasses import dataclass, field
from xml.parsers import expat

from waihu_models.errors import BadField

LARGEST_BYTES = 4_000_000
MOST_ELEMENTS = 300_000
DEEPEST = 30


@dataclass(slots=True)
class Element:
    """An element without its namespace's name, attributes as written, text without that of its children."""

    tag: str
    space: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list["Element"]:
        """Return the children of a name."""
        return [child for child in self.children if child.tag == tag]

    def said(self, tag: str) -> str:
        """Return the text of the first child of a name; "": there is none."""
        return next((child.text.strip() for child in self.children if child.tag == tag), "")


def read_xml(document: bytes) -> Element:
    """Return the root of a document.

    Raises:
        BadField: it is no XML, has a document type, or is larger than anything we read.
    """
    if len(document) > LARGEST_BYTES:
        raise BadField("$", "the file is larger than 4 MB")
    reader = _Reader()
    try:
        reader.parser.Parse(document, True)
    except (expat.ExpatError, UnicodeDecodeError, ValueError, LookupError) as error:
        raise BadField("$", f"this is no XML: {error}") from error
    assert reader.root is not None  # expat says so otherwise
    return reader.root


class _Reader:
    """Builds the tree while expat reads."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _document_type(self, *_: object) -> None:
        raise BadField("$", "a document type is not read: it could hold entities")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise BadField("$", "the file has more elements, or deeper ones, than any table")
        space, _, tag = name.rpartition(" ")
        made = Element(tag, space, attributes)
        if self._open:
            self._open[-1].children.append(made)
        else:
            self.root = made
        self._open.append(made)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text += text
