package dev.sluice.simulator;

import dev.sluice.simulator.plant.Plant;
import dev.sluice.simulator.spec.PlantReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A plant that runs for a test. */
public final class Running {

  private final Vertx vertx = Vertx.vertx();
  private final Plant plant;

  private Running(String yaml, @Nullable Path directory) throws Exception {
    plant = await(Plant.start(vertx, PlantReader.parse(yaml, OptionalLong.empty()), directory));
  }

  public static Running plant(String yaml) throws Exception {
    return new Running(yaml, null);
  }

  /** With the device files of its serial lines in a directory. */
  public static Running plant(String yaml, Path directory) throws Exception {
    return new Running(yaml, directory);
  }

  public static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  public Plant plant() {
    return plant;
  }

  public int port(String line) {
    return Integer.parseInt(plant.ports().get(line));
  }

  public long answered(String device) {
    return plant.devices().stream()
        .filter(d -> d.spec().id().equals(device))
        .findFirst()
        .orElseThrow()
        .answered();
  }

  public void close() throws Exception {
    await(plant.stop());
    await(vertx.close());
  }
}
