"""RabbitMQ with a home, a data base, a port mapper and ports of its own, ended by whoever started it."""
import contextlib
import os
import pathlib
import subprocess
import tempfile

from tap import LIMIT, free_port, wait_for_port


class RabbitMQ:
    def __init__(self, port, folder, environment, control):
        self.port, self.folder, self.environment, self.control = port, folder, environment, control

    def ctl(self, *arguments):
        """One command of rabbitmqctl."""
        done = subprocess.run([self.control, *arguments], env=self.environment, capture_output=True,
                              text=True, timeout=4 * LIMIT)
        if done.returncode:
            raise RuntimeError("rabbitmqctl %r: %s%s" % (arguments, done.stdout, done.stderr))
        return done.stdout


@contextlib.contextmanager
def running(config, plugins=()):
    """A broker with these lines of configuration, and these plugins."""
    # Debian's wrapper insists on its own user: the script behind it does not.
    listed = subprocess.run(["dpkg", "-L", "rabbitmq-server"], capture_output=True, text=True, check=True).stdout
    script = next(x for x in listed.splitlines() if x.endswith("/bin/rabbitmq-server") and "/lib/" in x)
    port, mapper = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        pathlib.Path(folder, "rabbitmq.conf").write_text("listeners.tcp.1 = 127.0.0.1:%d\n%s" % (port, config))
        pathlib.Path(folder, "plugins").write_text("[%s].\n" % ",".join(plugins))
        environment = {
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
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        names = subprocess.Popen(["epmd", "-address", "127.0.0.1", "-port", str(mapper)], **quiet)
        server = subprocess.Popen([script], env=environment, start_new_session=True, **quiet)
        rabbit = RabbitMQ(port, folder, environment, str(pathlib.Path(script).with_name("rabbitmqctl")))
        try:
            wait_for_port(port, server)
            rabbit.ctl("await_startup")
            # Its name goes into the recordings; the machine's must not.
            rabbit.ctl("set_cluster_name", "recorder@localhost")
            yield rabbit
        finally:
            with contextlib.suppress(Exception):
                rabbit.ctl("stop", folder + "/pid")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, 15)
            server.wait(LIMIT)
            names.terminate()
            names.wait(LIMIT)
