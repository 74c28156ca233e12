package dev.sluice.simulator.modbus;

import com.ghgande.j2mod.modbus.net.AbstractModbusListener;
import com.ghgande.j2mod.modbus.net.TCPConnectionHandler;
import com.ghgande.j2mod.modbus.net.TCPSlaveConnection;
import com.ghgande.j2mod.modbus.procimg.ProcessImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A j2mod slave on a port of loopback that the system chose.
 *
 * <p>j2mod's own listener is not used: it cannot tell which port it got, it hangs clients when its
 * pool is used up, and its registry of slaves is static. Request, transport and answer are j2mod's.
 * There is a thread per connection; who connects bounds their number.
 */
final class Slave extends AbstractModbusListener {

  private static final Logger LOG = LoggerFactory.getLogger(Slave.class);

  private final Map<Integer, RegisterBank> units;
  private final ServerSocket server;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads;

  private Slave(String name, Map<Integer, RegisterBank> units) throws IOException {
    this.units = Map.copyOf(units);
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              var thread = new Thread(task, "slave-" + name);
              thread.setDaemon(true);
              return thread;
            });
  }

  static Slave open(String name, Map<Integer, RegisterBank> units) {
    try {
      var slave = new Slave(name, units);
      slave.threads.execute(slave);
      return slave;
    } catch (IOException e) {
      throw new UncheckedIOException("no port for slave " + name, e);
    }
  }

  int boundPort() {
    return server.getLocalPort();
  }

  @Override
  public @Nullable ProcessImage getProcessImage(int unit) {
    // j2mod reads the unit id as a signed byte.
    return units.get(unit & 0xFF);
  }

  @Override
  public void run() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        connections.add(socket);
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          LOG.atWarn().addKeyValue("reason", e.getMessage()).log("slave cannot accept");
        }
      }
    }
  }

  private void serve(Socket socket) {
    try {
      var connection = new TCPSlaveConnection(socket);
      connection.setTimeout(0);
      new TCPConnectionHandler(this, connection, 0).run();
    } finally {
      connections.remove(socket);
    }
  }

  /** Closes the port and all connections. */
  @Override
  public void stop() {
    try {
      server.close();
      for (Socket socket : connections) {
        socket.close();
      }
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("slave not closed");
    }
    threads.shutdownNow();
  }
}
