package dev.sluice.benchmarks;

import java.io.IOException;

/** A client under measurement: one connection to a broker, QoS 1. */
interface Publisher extends AutoCloseable {

  String TOPIC = "bench/readings";

  /** The contenders, by the names in the report. */
  static Publisher open(String name, int port, int window, Runnable acknowledged)
      throws IOException {
    return switch (name) {
      case "sluice" -> SluicePublisher.open(port, window, acknowledged);
      case "hivemq" -> HivemqPublisher.open(port, acknowledged);
      case "paho" -> PahoPublisher.open(port, window, acknowledged);
      default -> throw new IllegalArgumentException("no client " + name);
    };
  }

  /** What {@link #publish} sends from now on. */
  void payload(byte[] bytes);

  /**
   * Sends a message; from the thread on which the first was acknowledged, or from {@link #run}.
   * Each acknowledgement is told to whom it was opened for.
   */
  void publish();

  /** Runs something on the thread that it publishes from. */
  void run(Runnable step);

  @Override
  void close() throws IOException;
}
