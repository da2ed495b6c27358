"""Archives for tests, written by hand: what a library would refuse to write is what must be read."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

REPORT = "<html><title>海棠市水务局{year}年政府信息公开工作年度报告</title><body><p>一、总体情况</p></body></html>"
PDF = b"%PDF-1.7\nnot much of one"
PNG = b"\x89PNG\r\n\x1a\n"
URL = "http://www.example.org/2023/report.html"
HTML_ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def report(year: int = 2023, body: str = "") -> str:
    return REPORT.format(year=year).replace("</body>", f"{body}</body>")


def record(
    body: str | bytes = "",
    url: str = URL,
    *,
    http: str = HTML_ANSWER,
    type: str = "response",
    date: str = "2024-01-30T08:00:00Z",
    length: int | None = None,
    extra: str = "",
) -> bytes:
    """A WARC record. ``http`` is the head of the answer, empty for a record that is none."""
    block = http.encode("latin-1") + (body.encode() if isinstance(body, str) else body)
    head = (
        f"WARC/1.0\r\nWARC-Type: {type}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n{extra}"
        f"Content-Type: {'application/http; msgtype=response' if http else 'text/html; charset=gbk'}\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive as the standard library writes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


class ZipMember:
    """A member of a ZIP archive whose every field may be wrong."""

    def __init__(self, name: bytes, data: bytes = b"", **fields: int | bytes) -> None:
        self.name = name
        self.packed = data
        self.fields = {"flags": 0, "method": 0, "crc": zlib.crc32(data), "size": len(data), "mode": 0, "extra": b""}
        self.fields |= fields

    def header(self, *, is_central: bool, offset: int = 0) -> bytes:
        f, length = self.fields, self.fields.get("length", len(self.packed))
        middle = struct.pack("<HHHHLLL", f["flags"], f["method"], 0, 0, f["crc"], length, f["size"])
        extra = f["extra"]
        assert isinstance(extra, bytes)
        sizes = struct.pack("<HH", len(self.name), len(extra))
        if not is_central:
            return b"PK\3\4" + struct.pack("<H", 20) + middle + sizes + self.name + extra
        mode = f["mode"]
        assert isinstance(mode, int)
        rest = struct.pack("<HHHLL", 0, 0, 0, mode << 16, offset)
        return b"PK\1\2" + struct.pack("<HH", 20, 20) + middle + sizes + rest + self.name + extra


def hand_zipped(*members: ZipMember, offsets: tuple[int, ...] = ()) -> bytes:
    """A ZIP archive of such members; ``offsets`` are told in place of the true ones."""
    body, places = b"", []
    for member in members:
        places.append(len(body))
        body += member.header(is_central=False) + member.packed
    told = offsets or places
    central = b"".join(m.header(is_central=True, offset=place) for m, place in zip(members, told, strict=True))
    end = struct.pack("<HHHHLLH", 0, 0, len(members), len(members), len(central), len(body), 0)
    return body + central + b"PK\5\6" + end


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
