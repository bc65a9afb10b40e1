"""Brokers for the strangers' tests, each a process of its own on ports of its own, and ways to talk to them."""

import contextlib
import itertools
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

import pika

EXAMPLES = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/examples")
PATIENCE = 30  # seconds that anything may take before it counts as failed


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


@contextlib.contextmanager
def process(*args, **more):
    """A process that is ended, by its pid, when the block is left."""
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more}
    running = subprocess.Popen([str(arg) for arg in args], **pipes)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(PATIENCE)


@contextlib.contextmanager
def our_server(example="amqp_server", listens=1):
    """Our broker, on a port that it chooses and says; or on so many of them."""
    pipe = {"stdout": subprocess.PIPE, "text": True}
    with process(EXAMPLES / example, *["127.0.0.1:0"] * listens, **pipe) as running:
        ports = [int(running.stdout.readline().rsplit(":", 1)[1]) for _ in range(listens)]
        # What else it says is read, so that it never has to wait.
        threading.Thread(target=running.stdout.read, daemon=True).start()
        yield ports[0] if listens == 1 else ports


class RabbitMq:
    """RabbitMQ with a home, a data base and ports of its own; so is the port mapper that Erlang wants."""

    STOMP = """
        stomp.listeners.tcp.1 = 127.0.0.1:{self.stomp}
        web_stomp.tcp.ip = 127.0.0.1
        web_stomp.tcp.port = {self.web_stomp}
    """

    @contextlib.contextmanager
    def run(self, stomp=False):
        self.port, mapper, distribution = free_port(), free_port(), free_port()
        self.stomp, self.web_stomp = free_port(), free_port()
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            config, plugins = pathlib.Path(folder, "rabbitmq.conf"), pathlib.Path(folder, "plugins")
            config.write_text(self.STOMP.format(self=self) if stomp else "")
            plugins.write_text("[rabbitmq_stomp, rabbitmq_web_stomp].\n" if stomp else "[].\n")
            self.environment = {
                **os.environ,
                "HOME": folder,
                "RABBITMQ_NODENAME": f"stranger{self.port}@localhost",
                "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
                "RABBITMQ_NODE_PORT": str(self.port),
                "RABBITMQ_DIST_PORT": str(distribution),
                "RABBITMQ_MNESIA_BASE": f"{folder}/data",
                "RABBITMQ_LOG_BASE": f"{folder}/log",
                "RABBITMQ_PID_FILE": f"{folder}/pid",
                "RABBITMQ_CONFIG_FILE": str(config),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
                "ERL_EPMD_ADDRESS": "127.0.0.1",
                "ERL_EPMD_PORT": str(mapper),
            }
            # Debian's wrapper insists on its own user: the script behind it does not.
            files = subprocess.run(["dpkg", "-L", "rabbitmq-server"], capture_output=True, text=True, check=True)
            files = files.stdout.splitlines()
            server = next(line for line in files if line.endswith("/bin/rabbitmq-server") and "lib" in line)
            self.control = pathlib.Path(server).with_name("rabbitmqctl")
            with process("epmd", "-address", "127.0.0.1", "-port", mapper):
                with process(server, env=self.environment, start_new_session=True) as self.running:
                    try:
                        yield self
                    finally:
                        self.ctl("stop", f"{folder}/pid")
                        with contextlib.suppress(ProcessLookupError):
                            os.killpg(self.running.pid, 15)

    def wait(self):
        wait_for_port(self.port, self.running, 90)
        return self.port

    def wait_for_stomp(self):
        for port in (self.stomp, self.web_stomp):
            wait_for_port(port, self.running, 90)
        return self.stomp, self.web_stomp

    def ctl(self, *args):
        subprocess.run([self.control, *args], env=self.environment, capture_output=True, timeout=60, check=False)


class ActiveMq:
    """ActiveMQ's STOMP alone, on a port of its own; what it has is in memory."""

    CONFIG = """
        <beans xmlns="http://www.springframework.org/schema/beans"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="
                http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans.xsd
                http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
          <broker xmlns="http://activemq.apache.org/schema/core" persistent="false" useJmx="false">
            <plugins><simpleAuthenticationPlugin><users>
              <authenticationUser username="guest" password="guest" groups="all"/>
            </users></simpleAuthenticationPlugin></plugins>
            <transportConnectors>
              <transportConnector name="stomp" uri="stomp://127.0.0.1:{port}"/>
            </transportConnectors>
          </broker>
        </beans>
    """

    @contextlib.contextmanager
    def run(self):
        self.port, home = free_port(), pathlib.Path("/usr/share/activemq/lib")
        jars = ":".join(sorted(str(jar) for jar in [*home.glob("*.jar"), *home.glob("optional/*.jar")]))
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder, "activemq.xml")
            config.write_text(self.CONFIG.format(port=self.port).strip())
            options = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-Djava.io.tmpdir={folder}"]
            options += ["-Dactivemq.home=/usr/share/activemq", f"-Dactivemq.base={folder}"]
            start = ["-cp", jars, "org.apache.activemq.console.Main", "start", f"xbean:file:{config}"]
            with process("java", *options, *start, env={**os.environ, "HOME": folder}) as self.running:
                yield self

    def wait(self):
        wait_for_port(self.port, self.running, 90)
        return self.port


@contextlib.contextmanager
def pika_connection(port, **more):
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port, socket_timeout=PATIENCE, **more))
    try:
        yield connection
    finally:
        if connection.is_open:
            connection.close()


@contextlib.contextmanager
def pika_channel(port, **more):
    with pika_connection(port, **more) as connection:
        yield connection.channel()


def node(script, port):
    """Runs a script, which gets the port."""
    run = ["node", "-", str(port)]
    done = subprocess.run(run, input=script, text=True, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def cuttable(port):
    """A port that leads to another, and a function that cuts all connections through it, as soon as there is one."""
    listener, links = socket.create_server(("127.0.0.1", 0)), []

    def pump(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                near, far = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
                links.extend([near, far])
                for ends in [(near, far), (far, near)]:
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    def cut():
        end = time.monotonic() + PATIENCE
        while not links and time.monotonic() < end:
            time.sleep(0.01)
        cut_now()

    def cut_now():
        while links:
            with contextlib.suppress(OSError):
                links.pop().shutdown(socket.SHUT_RDWR)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1], cut
    finally:
        listener.close()
        cut_now()


@contextlib.contextmanager
def cut_after(port, *limits):
    """A port that leads to another: the first connection through it is cut when so many bytes have gone that way, the
    next one by the next limit; and then none."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source, sink, left):
        with contextlib.suppress(OSError):
            while left > 0 and (data := source.recv(min(1 << 16, left))):
                sink.sendall(data)
                left -= len(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept():
        with contextlib.suppress(OSError):
            for limit in itertools.chain(limits, itertools.repeat(1 << 60)):
                near, far = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
                for ends in [(near, far, limit), (far, near, 1 << 60)]:
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
