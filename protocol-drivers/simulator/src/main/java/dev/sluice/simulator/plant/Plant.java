package dev.sluice.simulator.plant;

import dev.sluice.simulator.device.PlantClock;
import dev.sluice.simulator.device.SimulatedDevice;
import dev.sluice.simulator.device.SimulatedLine;
import dev.sluice.simulator.modbus.ModbusLine;
import dev.sluice.simulator.spec.Fault;
import dev.sluice.simulator.spec.LineSpec;
import dev.sluice.simulator.spec.PlantSpec;
import dev.sluice.simulator.text.TextLine;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plant whose lines listen on loopback. Any thread. */
public final class Plant {

  private final Vertx vertx;
  private final PlantSpec spec;
  private final Map<String, SimulatedLine> lines = new LinkedHashMap<>();
  private final List<String> deployments = new ArrayList<>();

  private Plant(Vertx vertx, PlantSpec spec) {
    this.vertx = vertx;
    this.spec = spec;
  }

  /**
   * Opens all lines.
   *
   * @return completes when all listen; fails when a port is taken, with nothing left open
   */
  public static Future<Plant> start(Vertx vertx, PlantSpec spec) {
    var plant = new Plant(vertx, spec);
    PlantClock clock = PlantClock.start();
    List<Future<?>> started = new ArrayList<>();
    for (LineSpec line : spec.lines()) {
      if (line instanceof LineSpec.Modbus modbus) {
        started.add(plant.deploy(new ModbusLine(modbus, clock)));
      } else if (line instanceof LineSpec.Text text) {
        started.add(plant.deploy(new TextLine(text, clock)));
      }
    }
    return Future.join(started)
        .<Plant>map(all -> plant)
        .recover(failure -> plant.stop().transform(v -> Future.failedFuture(failure)));
  }

  private <L extends SimulatedLine & Deployable> Future<?> deploy(L line) {
    lines.put(line.id(), line);
    return vertx
        .deployVerticle(line)
        .onSuccess(
            id -> {
              synchronized (deployments) {
                deployments.add(id);
              }
            });
  }

  public PlantSpec spec() {
    return spec;
  }

  /** Which port each line got. */
  public Map<String, Integer> ports() {
    Map<String, Integer> ports = new LinkedHashMap<>();
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
   * Breaks or mends a device.
   *
   * @throws IllegalArgumentException if there is no such device, naming those there are
   */
  public void fault(String device, Fault fault) {
    for (SimulatedDevice candidate : devices()) {
      if (candidate.spec().id().equals(device)) {
        candidate.fault().set(fault);
        return;
      }
    }
    throw new IllegalArgumentException(
        "found device \""
            + device
            + "\", expected one of "
            + String.join(", ", devices().stream().map(d -> d.spec().id()).toList()));
  }

  /** Closes all ports and connections. */
  public Future<Void> stop() {
    List<Future<?>> stopped = new ArrayList<>();
    synchronized (deployments) {
      deployments.forEach(id -> stopped.add(vertx.undeploy(id)));
      deployments.clear();
    }
    return Future.join(stopped).mapEmpty();
  }
}
