"""This crate's examples, each a process of its own: the servers, and the clients at work."""

import contextlib
import pathlib
import subprocess
import sys
import threading

EXAMPLES = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/examples")
PATIENCE = 30  # seconds that anything may take before it counts as failed


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
def our_server(example, listens=1):
    """Our broker, on a port that it chooses and says; or on so many of them."""
    pipe = {"stdout": subprocess.PIPE, "text": True}
    with process(EXAMPLES / example, *["127.0.0.1:0"] * listens, **pipe) as running:
        ports = [int(running.stdout.readline().rsplit(":", 1)[1]) for _ in range(listens)]
        # What else it says is read, so that it never has to wait.
        threading.Thread(target=running.stdout.read, daemon=True).start()
        yield ports[0] if listens == 1 else ports


class Client:
    """One of our clients, by its name and the scheme of its addresses."""

    def __init__(self, example, scheme):
        self.path, self.scheme = EXAMPLES / example, scheme

    def url(self, port, login="guest:guest"):
        return ["--url", f"{self.scheme}://{login}@127.0.0.1:{port}/"]

    def run(self, port, *args, code=0, **more):
        """The lines that it prints."""
        command = [self.path, *self.url(port), *args]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, **more)
        assert done.returncode == code, f"{args}: {done.returncode} {done.stdout} {done.stderr}"
        return (done.stdout if code == 0 else done.stdout + done.stderr).splitlines()

    @contextlib.contextmanager
    def running(self, port, *args):
        """At work; it is ended if it does not end by itself."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        client = subprocess.Popen([self.path, *self.url(port), *args], **pipes)
        # Nobody waits for ever for one that says nothing.
        patience = threading.Timer(2 * PATIENCE, client.kill)
        patience.start()
        try:
            yield client
        finally:
            patience.cancel()
            if client.poll() is None:
                client.kill()
            client.communicate()
