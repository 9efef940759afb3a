"""Read an XML file from outside, or refuse it: no entities, no document types, no giants."""

from lxml import etree

from engine.errors import Invalid
from engine.i18n import _

MAX_BYTES = 2 * 1024 * 1024


class FileRefused(Invalid):
    """The bytes are not XML we accept; `reason` is its code for findings."""

    message = _("The file cannot be read.")

    def __init__(self, reason: str, message: str, **details):
        self.reason = reason
        super().__init__(message, **details)


def read_xml(xml: bytes) -> etree._Element:
    """The root element, free of comments, instructions and entities."""
    if len(xml) > MAX_BYTES:
        raise FileRefused("file_too_large", _("The file is larger than 2 MB."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileRefused("not_xml", _("The file is not well-formed XML (%(what)s)."), what=str(error)[:200]) from None
    if root.getroottree().docinfo.doctype or any(not isinstance(part.tag, str) for part in root.iter()):
        raise FileRefused("doctype", _("The file has a document type or entities, which are not accepted."))
    return root


def local(element) -> str:
    """The tag without its namespace."""
    return etree.QName(element).localname
