"""RabbitMQ with a home, a data base, a port mapper and ports of its own, ended by whoever started it."""
import contextlib
import os
import pathlib
import subprocess
import tempfile

from tap import BOOT, LIMIT, free_port, wait_for_port

STOMP = """
stomp.listeners.tcp.1 = 127.0.0.1:%d
web_stomp.tcp.ip = 127.0.0.1
web_stomp.tcp.port = %d
web_stomp.ws_frame = binary
"""


class RabbitMQ:
    """A broker that is starting: `wait` before it is used. Without its STOMP two of its ports are None."""

    def __init__(self, folder, config, stomp):
        self.port, self.stomp, self.web_stomp = free_port(), *((free_port(), free_port()) if stomp else (None, None))
        # Debian's wrapper insists on its own user: the script behind it does not.
        listed = subprocess.run(["dpkg", "-L", "rabbitmq-server"], capture_output=True, text=True, check=True).stdout
        script = next(x for x in listed.splitlines() if x.endswith("/bin/rabbitmq-server") and "/lib/" in x)
        config += "\nlisteners.tcp.1 = 127.0.0.1:%d\n" % self.port
        plugins = ""
        if self.stomp:
            config += STOMP % (self.stomp, self.web_stomp)
            plugins = "rabbitmq_stomp,rabbitmq_web_stomp"
        pathlib.Path(folder, "rabbitmq.conf").write_text(config)
        pathlib.Path(folder, "plugins").write_text("[%s].\n" % plugins)
        mapper = free_port()
        self.environment = {
            **os.environ,
            "HOME": folder,
            "RABBITMQ_NODENAME": "recorder@localhost",
            "RABBITMQ_CONFIG_FILE": folder + "/rabbitmq.conf",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": folder + "/data",
            "RABBITMQ_LOG_BASE": folder + "/log",
            "RABBITMQ_PID_FILE": folder + "/pid",
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder + "/plugins",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper),
        }
        self.control = str(pathlib.Path(script).with_name("rabbitmqctl"))
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.names = subprocess.Popen(["epmd", "-address", "127.0.0.1", "-port", str(mapper)], **quiet)
        self.server = subprocess.Popen([script], env=self.environment, start_new_session=True, **quiet)

    def wait(self):
        """Until it listens on all its ports."""
        for port in filter(None, (self.port, self.stomp, self.web_stomp)):
            wait_for_port(port, self.server)
        self.ctl("await_startup")
        # Its name goes into the recordings; the machine's must not.
        self.ctl("set_cluster_name", "recorder@localhost")
        return self

    def ctl(self, *arguments):
        """One command of rabbitmqctl."""
        done = subprocess.run([self.control, *arguments], env=self.environment, capture_output=True,
                              text=True, timeout=BOOT)
        if done.returncode:
            raise RuntimeError("rabbitmqctl %r: %s%s" % (arguments, done.stdout, done.stderr))
        return done.stdout

    def end(self):
        with contextlib.suppress(Exception):
            self.ctl("stop", self.environment["RABBITMQ_PID_FILE"])
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, 15)
        self.server.wait(LIMIT)
        self.names.terminate()
        self.names.wait(LIMIT)


@contextlib.contextmanager
def starting(config="", stomp=False):
    """A broker with these lines of configuration, and with its STOMP if that is wanted."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        rabbit = RabbitMQ(folder, config, stomp)
        try:
            yield rabbit
        finally:
            rabbit.end()
