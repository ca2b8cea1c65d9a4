"""How much a reader takes before it refuses; every limit is an option of the same name."""

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one import.

    Attributes:
        max_bytes_out: bytes that one archive may unpack to.
        max_ratio: unpacked bytes for each packed byte. Text packs 3 to 30 times; deflate's ceiling is
            about 1,030, zstd has none.
        ratio_floor_bytes: up to here no ratio is too high, so that tiny, repetitive files pass.
        max_line_bytes: bytes in one line, or in one CSV record with line breaks in its cells.
        max_document_chars: characters in title and text together.
        max_empty_share: share of documents that may have neither title nor text. Old collections hold a
            few (Cranfield: 2 of 1,400) and their ids are judged; many mean that a column is misnamed.
    """

    max_bytes_out: int = 65_536 * MIB
    max_ratio: int = 200
    ratio_floor_bytes: int = 16 * MIB
    max_line_bytes: int = 16 * MIB
    max_document_chars: int = 1_000_000
    max_empty_share: float = 0.01

    def unpacked_cap(self, packed_bytes: int) -> tuple[int, str]:
        """Bytes that an archive of `packed_bytes` (0: unknown) may unpack to, and the option that says so."""
        by_ratio = max(self.ratio_floor_bytes, self.max_ratio * packed_bytes)
        if packed_bytes and by_ratio < self.max_bytes_out:
            return by_ratio, "max_ratio"
        return self.max_bytes_out, "max_bytes_out"


DEFAULT_LIMITS = Limits()
