package dev.sluice.gateway.outbox;

import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** Appends and delivers until it is killed, and says on standard output what it was promised. */
final class KillChild {

  private KillChild() {}

  static OutboxOptions options(Path directory) {
    return new OutboxOptions(
        directory,
        64L << 20,
        Duration.ofDays(30),
        Duration.ofMillis(5),
        64 << 10,
        Duration.ofMillis(50));
  }

  static byte[] payload(long n) {
    byte[] bytes = new byte[8 + (int) (n % 700)];
    new Random(n).nextBytes(bytes);
    return ByteBuffer.wrap(bytes).putLong(0, n).array();
  }

  /** Which one a payload is. */
  static long number(byte[] payload) {
    return ByteBuffer.wrap(payload).getLong();
  }

  public static void main(String[] args) throws InterruptedException {
    Vertx vertx = Vertx.vertx();
    Outbox.open(vertx, options(Path.of(args[0])), new TestTime())
        .onSuccess(
            outbox ->
                vertx.runOnContext(
                    start -> {
                      OutboxCursor cursor = outbox.cursor("cloud");
                      long first = Long.parseLong(args[1]);
                      for (int i = 0; i < 20; i++) {
                        append(outbox, first + i);
                      }
                      deliver(cursor);
                    }))
        .onFailure(
            why -> {
              System.out.println("failed " + why);
              System.exit(1);
            });
    new CountDownLatch(1).await();
  }

  private static void append(Outbox outbox, long n) {
    outbox
        .append(RecordKind.DATA, payload(n), 1)
        .onSuccess(
            seq -> {
              System.out.println("durable " + seq + " " + n);
              append(outbox, n + 20);
            })
        .onFailure(why -> System.out.println("failed " + why));
  }

  /** Leaves some for the next life. */
  private static void deliver(OutboxCursor cursor) {
    cursor.onRecords(
        () ->
            cursor
                .read(cursor.low(), 4_000)
                .onSuccess(
                    records -> {
                      for (OutboxRecord record : records) {
                        System.out.println("delivered " + record.seq());
                        cursor.ack(record.seq());
                      }
                    }));
  }
}
