"""A small writer of PDF files: text in a standard Chinese font that needs no embedding, lines and rectangles."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

A4 = (595.0, 842.0)


@dataclass
class PdfPage:
    """A page to draw on; places count from the top left corner, in points."""

    width: float = A4[0]
    height: float = A4[1]
    entries: str = ""  # further entries of the page's dictionary
    commands: list[str] = field(default_factory=list)

    def text(self, left: float, top: float, text: str, size: float = 10.5, *, before: str = "") -> None:
        """Print a text whose first character has its top left corner there; ``before`` is put before it is shown."""
        code = text.encode("utf-16-be").hex()
        base = self.height - top - 0.86 * size
        self.commands.append(f"q BT /F1 {size:g} Tf {before} 1 0 0 1 {left:.3f} {base:.3f} Tm <{code}> Tj ET Q")

    def line(
        self, left: float, top: float, right: float, bottom: float, width: float = 0.5, *, before: str = ""
    ) -> None:
        """Stroke a line."""
        ends = f"{left:.3f} {self.height - top:.3f} m {right:.3f} {self.height - bottom:.3f} l S"
        self.commands.append(f"q {before} {width:g} w {ends} Q")

    def fill(self, left: float, top: float, right: float, bottom: float, gray: float = 0.0) -> None:
        """Fill a rectangle."""
        box = f"{left:.3f} {self.height - bottom:.3f} {right - left:.3f} {bottom - top:.3f} re f"
        self.commands.append(f"q {gray:g} g {box} Q")

    def frame(self, left: float, top: float, right: float, bottom: float) -> None:
        """Stroke a rectangle."""
        self.commands.append(f"{left:.3f} {self.height - bottom:.3f} {right - left:.3f} {bottom - top:.3f} re S")

    def draw(self, commands: str) -> None:
        """Add commands as they are."""
        self.commands.append(commands)


def width_of(text: str, size: float = 10.5) -> float:
    """How wide a text is printed."""
    return sum(size if unicodedata.east_asian_width(character) in "WFA" else size / 2 for character in text)


def write_pdf(
    pages: Sequence[PdfPage],
    *,
    objects: Sequence[str | bytes] = (),
    resources: str = "",
    packed: bool = False,
    fonts: str = "/F1 3 0 R",
) -> bytes:
    """A file of these pages.

    Args:
        pages: The pages.
        objects: Further objects; the first has the number 6.
        resources: Further entries of the resources that all pages share.
        packed: Whether the streams of the pages are compressed.
        fonts: Entries of the dictionary of fonts.
    """
    first = 6 + len(objects)
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(pages)))
    made: list[str | bytes] = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /Resources << /Font << {fonts} >> {resources} >> >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000 /W [1 95 500]"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /Ascent 880"
        " /Descent -120 /CapHeight 880 /StemV 93 /ItalicAngle 0 >>",
        *objects,
    ]
    for at, page in enumerate(pages):
        box = f"[0 0 {page.width:g} {page.height:g}]"
        made.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents {first + 2 * at + 1} 0 R {page.entries} >>"
        )
        made.append(stream("\n".join(page.commands), packed=packed))
    return assemble(made)


def stream(content: str | bytes, entries: str = "", *, packed: bool = False) -> bytes:
    """A stream as an object."""
    data = content.encode("latin-1") if isinstance(content, str) else content
    if packed:
        data, entries = zlib.compress(data), entries + " /Filter /FlateDecode"
    return f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"


def assemble(objects: Sequence[str | bytes], trailer: str = "/Root 1 0 R") -> bytes:
    """A file of objects, numbered from 1."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += (
            f"{number} 0 obj\n".encode() + (body.encode("latin-1") if isinstance(body, str) else body) + b"\nendobj\n"
        )
    start = len(out)
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode()
    out += f"trailer\n<< /Size {len(objects) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def mapped_pdf(page: PdfPage, pairs: str, fonts: str = "/F1 3 0 R") -> bytes:
    """A file whose second font maps its codes to characters by ``pairs``, such as ``<0001> <0031>``."""
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [7 0 R] /ToUnicode 8 0 R >>"
    )
    inner = (
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000"
        " /CIDSystemInfo << /Registry (A) /Ordering (Identity) /Supplement 0 >> >>"
    )
    known = stream(
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange "
        f"{pairs.count('<') // 2} beginbfchar {pairs} endbfchar endcmap"
    )
    return write_pdf([page], objects=[font, inner, known], fonts=f"{fonts} /F2 6 0 R")
