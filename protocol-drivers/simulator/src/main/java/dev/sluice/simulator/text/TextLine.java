package dev.sluice.simulator.text;

import dev.sluice.simulator.device.PlantClock;
import dev.sluice.simulator.device.SimulatedLine;
import dev.sluice.simulator.spec.Fault;
import dev.sluice.simulator.spec.LineSpec;
import dev.sluice.simulator.spec.Medium;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** A text port of loopback: answers requests, or speaks to everybody who is connected. */
public final class TextLine extends VerticleBase implements SimulatedLine {

  private static final int MAX_CONNECTIONS = 32;
  private static final int MAX_REQUEST = 4096;

  private final LineSpec.Text spec;
  private final Medium.Tcp medium;
  private final List<TextDevice> devices;
  private final Set<NetSocket> clients = new HashSet<>();
  private volatile int port;

  public TextLine(LineSpec.Text spec, Medium.Tcp medium, PlantClock clock) {
    this.spec = spec;
    this.medium = medium;
    this.devices = spec.devices().stream().map(device -> new TextDevice(device, clock)).toList();
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
  public List<TextDevice> devices() {
    return devices;
  }

  @Override
  public Future<?> start() {
    for (TextDevice device : devices) {
      if (device.spec().request() == null) {
        vertx.setPeriodic(device.spec().every().toMillis(), id -> speak(device, clients));
      }
    }
    NetServer server = vertx.createNetServer();
    return server
        .connectHandler(this::accept)
        .listen(medium.port(), "127.0.0.1")
        .map(bound -> port = bound.actualPort());
  }

  private void accept(NetSocket socket) {
    if (clients.size() >= MAX_CONNECTIONS) {
      socket.close();
      return;
    }
    clients.add(socket);
    socket.closeHandler(v -> clients.remove(socket));
    socket.exceptionHandler(e -> socket.close());
    RecordParser requests =
        RecordParser.newDelimited(spec.delimiter(), bytes -> asked(socket, bytes.toString()));
    requests.maxRecordSize(MAX_REQUEST);
    requests.exceptionHandler(e -> socket.close());
    socket.handler(requests);
  }

  private void asked(NetSocket socket, String request) {
    for (TextDevice device : devices) {
      if (request.equals(device.spec().request())) {
        speak(device, Set.of(socket));
        return;
      }
    }
    write(Set.of(socket), () -> "ERROR 1");
  }

  private void speak(TextDevice device, Set<NetSocket> to) {
    Fault fault = device.fault().now();
    if (fault instanceof Fault.Drop) {
      List.copyOf(to).forEach(NetSocket::close);
    } else if (fault instanceof Fault.Refuse refuse) {
      write(to, () -> "ERROR " + refuse.code());
    } else if (fault instanceof Fault.WrongLength) {
      write(to, device::half);
    } else if (fault instanceof Fault.Delay delay) {
      vertx.setTimer(delay.time().toMillis(), id -> write(to, device::next));
    } else if (!(fault instanceof Fault.Silence)) {
      write(to, device::next);
    }
  }

  // The line is made, and counted, only when there is somebody who can take it.
  private void write(Set<NetSocket> to, Supplier<String> line) {
    List<NetSocket> ready =
        to.stream().filter(socket -> clients.contains(socket) && !socket.writeQueueFull()).toList();
    if (!ready.isEmpty()) {
      String bytes = line.get() + spec.delimiter();
      ready.forEach(socket -> socket.write(bytes));
    }
  }
}
