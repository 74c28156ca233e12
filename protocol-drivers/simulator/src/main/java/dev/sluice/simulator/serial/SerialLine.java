package dev.sluice.simulator.serial;

import dev.sluice.simulator.device.SimulatedLine;
import dev.sluice.simulator.spec.Medium;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A serial line while the plant runs; its device file is there from start to stop. */
public final class SerialLine extends VerticleBase implements SimulatedLine {

  private static final long END_SECONDS = 5;

  private final String id;
  private final Path link;
  private final Stations stations;
  private final Wire wire;
  private final LineThread thread;

  /**
   * @param link the device file's stable name, in a directory that is there
   * @param seed of what chance does to its bytes
   */
  public SerialLine(String id, Medium.Serial medium, Path link, Stations stations, long seed) {
    this.id = id;
    this.link = link;
    this.stations = stations;
    this.wire = new Wire(link, medium);
    this.thread = new LineThread(id, medium, wire, stations, seed);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String port() {
    return link.toString();
  }

  @Override
  public List<? extends SerialDevice> devices() {
    return stations.devices();
  }

  @Override
  public Future<?> start() {
    return vertx.executeBlocking(
        () -> {
          wire.plug();
          thread.start();
          return null;
        });
  }

  @Override
  public Future<?> stop() {
    return vertx.executeBlocking(
        () -> {
          thread.end();
          thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
          if (thread.isAlive()) {
            throw new IOException("serial line " + id + " does not end");
          }
          return null;
        });
  }
}
