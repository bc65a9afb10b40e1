"""stomp.py's transport and its frames. Reads streams, a line each: the version and pieces in hex, with blanks between.
Says of each on a line what is in it, with tabs between:
takes TOLD HEX, takes TOLD !REASON, waits, or refuses REASON; TOLD as in src/stomp/told.rs, HEX as stomp.py writes it.

    python stomp_py_peer.py FILE"""

import logging
import os
import sys

# It would ask for the names of this machine.
os.environ["STOMP_SKIP_HOSTNAME_SCAN"] = "1"

from stomp import protocol, transport, utils  # noqa: E402

PROTOCOLS = {"1.0": protocol.Protocol10, "1.1": protocol.Protocol11, "1.2": protocol.Protocol12}


class Pieces(transport.BaseTransport):
    """A transport that has received these, and keeps what it sends."""

    def __init__(self, pieces=()):
        super().__init__(auto_decode=False)
        self.pieces = list(pieces)
        self.running = True
        # As with TLS: that nothing has come yet is not the end.
        self.blocking = False
        self.sent = []

    def receive(self):
        return self.pieces.pop(0) if self.pieces else b""

    def transmit(self, frame):
        self.sent.append(utils.pack(utils.convert_frame(frame)))

    def read(self):
        return self._BaseTransport__read()

    def rest(self):
        return self._BaseTransport__recvbuf


def verdicts(line):
    version, *pieces = line.split(" ")
    stream = Pieces(bytes.fromhex(piece) for piece in pieces)
    said = []
    try:
        while stream.pieces:
            for raw in stream.read():
                frame = utils.parse_frame(raw) if raw.strip(b"\n") else None
                if frame is not None:
                    said.append(takes(frame, version))
    except Exception as error:
        return said + [f"refuses {type(error).__name__}"]
    if stream.rest().strip(b"\r\n"):
        said.append("waits")
    return said


def takes(frame, version):
    told = hexed(frame.cmd)
    told += "".join(f";{hexed(name)}={hexed(value)}" for name, value in frame.headers.items())
    told += f"|{frame.body.hex()}"
    sender = Pieces()
    try:
        PROTOCOLS[version](sender).send_frame(frame.cmd, dict(frame.headers), frame.body)
    except Exception as error:
        return f"takes {told} !{type(error).__name__}"
    return f"takes {told} {sender.sent[0].hex()}"


def hexed(text):
    return text.encode().hex()


if __name__ == "__main__":
    logging.disable()
    with open(sys.argv[1], encoding="ascii") as lines:
        sys.stdout.write("".join("\t".join(verdicts(line.rstrip("\n"))) + "\n" for line in lines))
