package dev.sluice.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What a command talks to: lines in, lines out, and the wish that it end, by a command, the end of
 * its time or a signal. Any thread.
 */
final class Terminal {

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final CountDownLatch end = new CountDownLatch(1);

  Terminal(InputStream in, PrintStream out, PrintStream err) {
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Writes a line at once. */
  synchronized void print(String line) {
    out.println(line);
    out.flush();
  }

  /** Writes a line for people only. */
  synchronized void complain(String line) {
    err.println(line);
    err.flush();
  }

  /** Hands each line of the input to {@code command}; runs {@code atEnd} when there are no more. */
  void read(Consumer<String> command, Runnable atEnd) {
    var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    var thread =
        new Thread(
            () -> {
              try {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  if (!line.isBlank()) {
                    command.accept(line.strip());
                  }
                }
                atEnd.run();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "commands");
    thread.setDaemon(true);
    thread.start();
  }

  /** Asks the command to end. */
  void end() {
    end.countDown();
  }

  /** Waits until it is to end; whether it is, or the time has passed. */
  boolean awaitEnd(long time, TimeUnit unit) throws InterruptedException {
    return end.await(time, unit);
  }
}
