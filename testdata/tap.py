"""A recording proxy: what both directions of TCP connections carry, written to files.

`record.py` of each protocol says how its streams are cut into units, and what is to be said.
Every step waits for a unit seen by the proxy, never for a fixed time.
"""
import contextlib
import os
import socket
import threading
import time

LIMIT = 30.0  # seconds after which a missing event is an error
BOOT = 120.0  # seconds that a server may take to start


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, process):
    """Until a server listens that was started."""
    end = time.monotonic() + BOOT
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("%s ended with %d" % (process.args[0], process.returncode))
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError("%s does not listen" % process.args[0])


class Stream:
    """The bytes of one direction, cut into units as they come."""

    def __init__(self, cut, unwrap=None):
        self.cut = cut  # (data, start) -> (kind, end), or None while the unit is not whole
        self.unwrap = unwrap  # what takes the units out of another protocol
        self.data = bytearray()
        self.units = []  # (kind, end offset)
        self.eof = False

    def feed(self, chunk):
        """Add bytes; yield the end offset of each unit completed by them."""
        self.data += self.unwrap.feed(chunk) if self.unwrap else chunk
        while unit := self.cut(self.data, self.end()):
            self.units.append(unit)
            yield unit[1]

    def end(self, before=0):
        """The end of the last unit, or of one before."""
        return self.units[-1 - before][1] if len(self.units) > before else 0


class Connection:
    def __init__(self, name, client, server, cut, cut_at, unwrap):
        self.name, self.cut_at = name, cut_at
        self.sockets = {"client": client, "server": server}
        self.streams = {side: Stream(cut, unwrap and unwrap()) for side in ("client", "server")}
        self.event = threading.Condition()
        self.was_cut = False
        for side in ("client", "server"):
            threading.Thread(target=self.pump, args=(side,), daemon=True).start()

    def count(self, side, kind):
        return sum(1 for unit in self.streams[side].units if unit[0] == kind)

    def pump(self, side):
        source = self.sockets[side]
        target = self.sockets["server" if side == "client" else "client"]
        stream = self.streams[side]
        try:
            while True:
                chunk = source.recv(65536)
                if not chunk:
                    break
                with self.event:
                    if self.was_cut:
                        break
                    known = len(stream.data)
                    for end in stream.feed(chunk):
                        if self.cut_at and self.cut_at[0] == side \
                                and self.count(side, self.cut_at[1]) == self.cut_at[2]:
                            # Recorded, but the peer never gets this last unit.
                            chunk = chunk[:max(0, stream.end(1) - known)]
                            del stream.data[end:]
                            self.was_cut = True
                            break
                    self.event.notify_all()
                if chunk:
                    target.sendall(chunk)
                if self.was_cut:
                    break
        except OSError:
            pass
        if self.was_cut:
            self.close()
        else:
            with contextlib.suppress(OSError):
                target.shutdown(socket.SHUT_WR)
        with self.event:
            stream.eof = True
            self.event.notify_all()

    def close(self):
        for s in self.sockets.values():
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)

    def cut(self):
        """Take the cable out: neither side gets a farewell."""
        with self.event:
            self.was_cut = True
        self.close()

    def wait(self, side, kind, times=1):
        with self.event:
            if not self.event.wait_for(lambda: self.count(side, kind) >= times, LIMIT):
                raise TimeoutError("%s: no %d. %s from %s; seen %r" % (
                    self.name, times, kind, side,
                    {s: [unit[0] for unit in x.units] for s, x in self.streams.items()}))
        return self

    def wait_end(self):
        with self.event:
            if not self.event.wait_for(lambda: all(s.eof for s in self.streams.values()), LIMIT):
                raise TimeoutError(self.name + ": a connection stays open")
        return self


class Scenario:
    """A proxy whose connections are written to NAME, NAME-2, NAME-3 ... in their order."""

    def __init__(self, name, server_port, out, cut, connections=1, broken=(), unwrap=None):
        self.name, self.server_port, self.out, self.cut, self.unwrap = name, server_port, out, cut, unwrap
        self.expected, self.broken = connections, broken  # broken: sides that end inside a unit
        self.cuts = {}  # number of a connection -> (side, kind of unit, how many of it)
        self.connections = []
        self.event = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.server_port))
            for s in (client, server):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.event:
                cut_at = self.cuts.get(len(self.connections) + 1)
                self.connections.append(Connection(self.name, client, server, self.cut, cut_at, self.unwrap))
                self.event.notify_all()

    def connection(self, number=1):
        with self.event:
            if not self.event.wait_for(lambda: len(self.connections) >= number, LIMIT):
                raise TimeoutError("%s: no connection %d" % (self.name, number))
            return self.connections[number - 1]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            for number in range(1, self.expected + 1):
                self.connection(number).wait_end()
        self.listener.close()
        for connection in self.connections:
            connection.close()
        if kind is not None:
            return
        if len(self.connections) != self.expected:
            raise RuntimeError("%s: %d connections" % (self.name, len(self.connections)))
        for index, connection in enumerate(self.connections):
            base = self.name + ("-%d" % (index + 1) if index else "")
            for side, stream in connection.streams.items():
                if side not in self.broken and stream.end() != len(stream.data):
                    raise RuntimeError("%s: %s ends inside a unit" % (base, side))
                with open(os.path.join(self.out, "%s.%s.bin" % (base, side)), "wb") as file:
                    file.write(stream.data)
