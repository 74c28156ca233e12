package dev.sluice.simulator.plant;

import dev.sluice.simulator.device.PlantClock;
import dev.sluice.simulator.device.SimulatedDevice;
import dev.sluice.simulator.device.SimulatedLine;
import dev.sluice.simulator.modbus.ModbusLine;
import dev.sluice.simulator.modbus.RtuStations;
import dev.sluice.simulator.serial.SerialLine;
import dev.sluice.simulator.spec.Fault;
import dev.sluice.simulator.spec.FaultOrder;
import dev.sluice.simulator.spec.LineSpec;
import dev.sluice.simulator.spec.Medium;
import dev.sluice.simulator.spec.PlantSpec;
import dev.sluice.simulator.text.TextLine;
import dev.sluice.simulator.text.TextStations;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plant whose lines listen on loopback and behind device files. Any thread. */
public final class Plant {

  private final Vertx vertx;
  private final PlantSpec spec;
  private final PlantClock clock = PlantClock.start();
  private final DeviceFiles files;
  private final Map<String, SimulatedLine> lines = new LinkedHashMap<>();
  private final List<String> deployments = new ArrayList<>();

  private Plant(Vertx vertx, PlantSpec spec, DeviceFiles files) {
    this.vertx = vertx;
    this.spec = spec;
    this.files = files;
  }

  /**
   * Opens all lines. Blocks for a moment when the plant has serial lines.
   *
   * @param directory where the device files of serial lines appear, made if need be; null for a
   *     temporary one
   * @return completes when all listen; fails when a port is taken or a device file cannot be made,
   *     with nothing left open
   */
  public static Future<Plant> start(Vertx vertx, PlantSpec spec, @Nullable Path directory) {
    DeviceFiles files;
    try {
      files = DeviceFiles.of(spec, directory);
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
    var plant = new Plant(vertx, spec, files);
    List<Future<?>> started = spec.lines().stream().<Future<?>>map(plant::open).toList();
    return Future.join(started)
        .<Plant>map(all -> plant)
        .recover(failure -> plant.stop().transform(v -> Future.failedFuture(failure)));
  }

  private Future<?> open(LineSpec line) {
    if (line.medium() instanceof Medium.Serial serial) {
      var stations =
          line instanceof LineSpec.Modbus modbus
              ? new RtuStations(modbus, clock)
              : new TextStations((LineSpec.Text) line, clock);
      long seed = spec.seed() ^ line.id().hashCode();
      return deploy(new SerialLine(line.id(), serial, files.of(line.id()), stations, seed));
    }
    var tcp = (Medium.Tcp) line.medium();
    return line instanceof LineSpec.Modbus modbus
        ? deploy(new ModbusLine(modbus, tcp, clock))
        : deploy(new TextLine((LineSpec.Text) line, tcp, clock));
  }

  private <L extends SimulatedLine & Deployable> Future<?> deploy(L line) {
    lines.put(line.id(), line);
    return vertx
        .deployVerticle(line)
        .map(
            id -> {
              synchronized (deployments) {
                return deployments.add(id);
              }
            });
  }

  public PlantSpec spec() {
    return spec;
  }

  /** Where each line is: a TCP port's number, or the path of a device file. */
  public Map<String, String> ports() {
    Map<String, String> ports = new LinkedHashMap<>();
    lines.forEach((id, line) -> ports.put(id, line.port()));
    return ports;
  }

  /** All devices, in the order of the file. */
  public List<SimulatedDevice> devices() {
    return lines.values().stream()
        .<SimulatedDevice>flatMap(line -> line.devices().stream())
        .toList();
  }

  /**
   * Breaks or mends a device, or all those of a line.
   *
   * @throws IllegalArgumentException if there is no such device or line, naming those there are, or
   *     if its kind of line cannot have this fault
   */
  public void fault(String name, FaultOrder order) {
    LineSpec line = lineOf(name);
    Fault fault = order.fault();
    if (!Fault.fits(fault, line.medium())) {
      throw new IllegalArgumentException(
          name + ": found fault \"" + fault + "\", expected " + Fault.expectedOf(line.medium()));
    }
    for (SimulatedDevice device : devices()) {
      String id = device.spec().id();
      if (id.equals(name) || (line.id().equals(name) && line.devices().contains(device.spec()))) {
        device.fault().set(order);
      }
    }
  }

  /** Breaks or mends for good. */
  public void fault(String name, Fault fault) {
    fault(name, new FaultOrder(fault, null));
  }

  /** The line of this name, or the one that has the device of this name, which goes first. */
  private LineSpec lineOf(String name) {
    for (LineSpec line : spec.lines()) {
      if (line.devices().stream().anyMatch(device -> device.id().equals(name))) {
        return line;
      }
    }
    for (LineSpec line : spec.lines()) {
      if (line.id().equals(name)) {
        return line;
      }
    }
    throw new IllegalArgumentException(
        "found device \""
            + name
            + "\", expected one of "
            + String.join(", ", devices().stream().map(d -> d.spec().id()).toList())
            + ", or a line: "
            + String.join(", ", lines.keySet()));
  }

  /** Closes all ports and connections, and removes the device files. */
  public Future<Void> stop() {
    List<Future<?>> stopped = new ArrayList<>();
    synchronized (deployments) {
      deployments.forEach(id -> stopped.add(vertx.undeploy(id)));
      deployments.clear();
    }
    return Future.join(stopped).eventually(files::remove).mapEmpty();
  }
}
