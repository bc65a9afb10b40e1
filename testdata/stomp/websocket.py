"""The bytes inside the messages of one direction of a WebSocket (RFC 6455)."""


class WebSocket:
    def __init__(self):
        self.rest = bytearray()
        self.is_open = False  # the HTTP head is behind
        self.lengths = []  # of each message, whose bytes are one behind the other
        self.goes_on = False  # the last message is not whole

    def feed(self, chunk):
        """What is in the messages, or their fragments, that end in this chunk."""
        self.rest += chunk
        if not self.is_open:
            end = self.rest.find(b"\r\n\r\n")
            if end < 0:
                return b""
            del self.rest[:end + 4]
            self.is_open = True
        found = b""
        while (frame := self.frame()) is not None:
            found += frame
        return found

    def frame(self):
        """The payload of the next frame, if it is whole; of control frames nothing."""
        data = self.rest
        if len(data) < 2:
            return None
        is_last, opcode = data[0] >> 7, data[0] & 15
        is_masked, length = data[1] >> 7, data[1] & 127
        at = 2
        if length > 125:
            size = 2 if length == 126 else 8
            if len(data) < at + size:
                return None
            length = int.from_bytes(data[at:at + size], "big")
            at += size
        key = bytes(data[at:at + 4]) if is_masked else bytes(4)
        at += 4 * is_masked
        if len(data) < at + length:
            return None
        payload = bytes(byte ^ key[place % 4] for place, byte in enumerate(data[at:at + length]))
        del data[:at + length]
        if opcode >= 8:
            return b""
        if self.goes_on:
            self.lengths[-1] += length
        else:
            self.lengths.append(length)
        self.goes_on = not is_last
        return payload
