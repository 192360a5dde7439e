"""DER written by hand, the same values in BER, and DER again: no other program is asked."""

INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_IDENTIFIER = 0x02, 0x03, 0x04, 0x05, 0x06
SEQUENCE, SET, CONTEXT, CONSTRUCTED = 0x30, 0x31, 0x80, 0x20
EVERY_TAG = set(range(0x100))


def octets(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def element(tag, *contents):
    """One element of these contents, its length in as few octets as can be."""
    whole = b"".join(contents)
    if len(whole) < 0x80:
        return bytes([tag, len(whole)]) + whole
    length = octets(len(whole))
    return bytes([tag, 0x80 | len(length)]) + length + whole


def integer(number):
    """An INTEGER, of a number that is not negative."""
    return element(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def explicit(number, content):
    return element(CONTEXT | CONSTRUCTED | number, content)


def elements(contents):
    """The elements that DER contents are, each with its tag, its contents and its octets."""
    found = []
    while contents:
        length, start = contents[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(contents[2:start], "big")
        end = start + length
        found.append((contents[0], contents[start:end], contents[:end]))
        contents = contents[end:]
    return found


def rewritten(der, write):
    """DER with each element written by `write`, which gets its tag and its contents, rewritten."""
    return b"".join(
        write(tag, rewritten(contents, write) if tag & CONSTRUCTED else contents)
        for tag, contents, _ in elements(der)
    )


def canonical(ber):
    """The DER of BER whose values are in DER: definite, minimal lengths, and strings in one piece."""
    der, rest = canonical_element(ber)
    assert not rest, rest
    return der


def canonical_element(ber):
    """The DER of the first element, and what follows it."""
    tag, length, start = ber[0], ber[1], 2
    if length == 0x80:
        inner, parts = ber[2:], []
        while not inner.startswith(b"\0\0"):
            part, inner = canonical_element(inner)
            parts.append(part)
        return joined(tag, parts), inner[2:]
    if length > 0x80:
        start += length & 0x7F
        length = int.from_bytes(ber[2:start], "big")
    contents, rest = ber[start : start + length], ber[start + length :]
    assert len(contents) == length
    if not tag & CONSTRUCTED:
        return element(tag, contents), rest
    parts = []
    while contents:
        part, contents = canonical_element(contents)
        parts.append(part)
    return joined(tag, parts), rest


def joined(tag, parts):
    if tag == OCTET_STRING | CONSTRUCTED:
        return element(OCTET_STRING, *(elements(part)[0][1] for part in parts))
    return element(tag, *parts)


def with_indefinite_lengths(der):
    """Each constructed element up to an end-of-contents; X.690, 8.1.3.6."""

    def write(tag, contents):
        if tag & CONSTRUCTED:
            return bytes([tag, 0x80]) + contents + b"\0\0"
        return element(tag, contents)

    return rewritten(der, write)


def with_long_lengths(der, tags):
    """The length of each element that has one of these tags in four octets; X.690, 8.1.3.5."""

    def write(tag, contents):
        if tag not in tags:
            return element(tag, contents)
        return bytes([tag, 0x84]) + len(contents).to_bytes(4, "big") + contents

    return rewritten(der, write)


def with_segments(der):
    """Each OCTET STRING in segments of 16 octets at most; X.690, 8.7.3."""

    def write(tag, contents):
        if tag != OCTET_STRING:
            return element(tag, contents)
        segments = [contents[at : at + 16] for at in range(0, len(contents), 16)]
        return element(tag | CONSTRUCTED, *(element(OCTET_STRING, segment) for segment in segments))

    return rewritten(der, write)
