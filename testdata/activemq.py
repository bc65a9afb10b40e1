"""ActiveMQ, its STOMP alone, with a folder and a port of its own, ended by whoever started it."""
import contextlib
import glob
import os
import pathlib
import subprocess
import tempfile

from tap import LIMIT, free_port, wait_for_port

# Messages are in memory, and nothing listens but this.
CONFIG = """
<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://www.springframework.org/schema/beans
                        http://www.springframework.org/schema/beans/spring-beans.xsd
                        http://activemq.apache.org/schema/core
                        http://activemq.apache.org/schema/core/activemq-core.xsd">
  <broker xmlns="http://activemq.apache.org/schema/core" brokerName="recorder" persistent="false" useJmx="false"
      advisorySupport="false" useShutdownHook="true">
    <plugins>
      <simpleAuthenticationPlugin>
        <users><authenticationUser username="guest" password="guest" groups="all"/></users>
      </simpleAuthenticationPlugin>
    </plugins>
    <transportConnectors>
      <transportConnector name="stomp" uri="stomp://127.0.0.1:%d"/>
    </transportConnectors>
  </broker>
</beans>
"""


class ActiveMQ:
    """A broker that is starting: `wait` before it is used."""

    def __init__(self, folder):
        jars = [path for at in ("lib", "lib/optional") for path in glob.glob("/usr/share/activemq/%s/*.jar" % at)]
        self.port = free_port()
        config = pathlib.Path(folder, "activemq.xml")
        config.write_text(CONFIG.strip() % self.port)
        # Its identifiers hold a host's name: the machine's must not go into the recordings.
        options = ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + folder,
                   "-Dactivemq.home=/usr/share/activemq", "-Dactivemq.base=" + folder,
                   "-Dactivemq.idgenerator.hostname=localhost"]
        self.server = subprocess.Popen(
            ["java", *options, "-cp", ":".join(sorted(jars)), "org.apache.activemq.console.Main", "start",
             "xbean:file:" + str(config)],
            env={**os.environ, "HOME": folder}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self):
        """Until it listens."""
        wait_for_port(self.port, self.server)
        return self

    def end(self):
        self.server.terminate()
        try:
            self.server.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()


@contextlib.contextmanager
def starting():
    with tempfile.TemporaryDirectory() as folder:
        broker = ActiveMQ(folder)
        try:
            yield broker
        finally:
            broker.end()
