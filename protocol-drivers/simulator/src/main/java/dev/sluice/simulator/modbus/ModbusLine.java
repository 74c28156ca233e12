package dev.sluice.simulator.modbus;

import dev.sluice.simulator.device.PlantClock;
import dev.sluice.simulator.device.SimulatedLine;
import dev.sluice.simulator.spec.DeviceSpec;
import dev.sluice.simulator.spec.LineSpec;
import dev.sluice.simulator.spec.Medium;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Modbus TCP port of loopback with its units. */
public final class ModbusLine extends VerticleBase implements SimulatedLine {

  /** Who comes when so many are connected is turned away; each costs j2mod a thread. */
  static final int MAX_CONNECTIONS = 32;

  private static final String LOOPBACK = "127.0.0.1";

  private final LineSpec.Modbus spec;
  private final Medium.Tcp medium;
  private final Map<Integer, RegisterBank> units = new LinkedHashMap<>();
  private int connections;
  private volatile int port;
  private @Nullable Slave slave;
  // Sockets die when their client object is collected, so it is held here.
  private @Nullable NetClient toSlave;
  private @Nullable NetServer server;
  private boolean closed;

  public ModbusLine(LineSpec.Modbus spec, Medium.Tcp medium, PlantClock clock) {
    this.spec = spec;
    this.medium = medium;
    for (DeviceSpec.Modbus device : spec.devices()) {
      units.put(device.unit(), new RegisterBank(device, clock));
    }
  }

  @Override
  public String id() {
    return spec.id();
  }

  @Override
  public String port() {
    return Integer.toString(port);
  }

  @Override
  public List<RegisterBank> devices() {
    return List.copyOf(units.values());
  }

  @Override
  public Future<?> start() {
    Slave behind = Slave.open(spec.id(), units);
    NetClient client = vertx.createNetClient();
    slave = behind;
    toSlave = client;
    NetServer opened = vertx.createNetServer();
    server = opened;
    return opened
        .connectHandler(socket -> accept(socket, client, behind.boundPort()))
        .listen(medium.port(), LOOPBACK)
        .map(bound -> port = bound.actualPort());
  }

  @Override
  public Future<?> stop() {
    closed = true;
    if (slave != null) {
      slave.stop();
    }
    Future<Void> shut = server == null ? Future.succeededFuture() : server.close();
    return shut.eventually(() -> toSlave == null ? Future.succeededFuture() : toSlave.close());
  }

  private void accept(NetSocket socket, NetClient client, int slavePort) {
    if (closed || connections >= MAX_CONNECTIONS) {
      socket.close();
      return;
    }
    connections++;
    // A socket that closes while it waits for the slave must free its place too.
    Promise<Void> gone = Promise.promise();
    socket.closeHandler(
        v -> {
          connections--;
          gone.complete();
        });
    socket.pause();
    client
        .connect(slavePort, LOOPBACK)
        .onComplete(
            behind -> {
              var front = new Front(vertx, units, socket, behind);
              gone.future().onSuccess(v -> front.close());
              socket.resume();
            },
            failure -> socket.close());
  }
}
