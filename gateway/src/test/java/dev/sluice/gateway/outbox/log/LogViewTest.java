package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking into a log that is written, acknowledged and written over meanwhile. */
class LogViewTest {

  private static final int LOOKS = Plant.thorough() ? 2_000 : 60;

  @TempDir Path directory;

  /** Keeps what a walk tells. */
  private static final class Told implements LogVisitor {
    private final List<Damage> damage = new ArrayList<>();
    private long first;
    private long last;
    private long records;
    private boolean ordered = true;

    @Override
    public boolean record(StoredRecord record, long wallMillis) {
      ordered &= record.seq() > last;
      first = first == 0 ? record.seq() : first;
      last = record.seq();
      records++;
      return true;
    }

    @Override
    public void damage(Damage found) {
      damage.add(found);
    }
  }

  private LogOptions options() {
    return new LogOptions(
        directory, 6L * Plant.SEGMENT, Duration.ofDays(30), Plant.SEGMENT, Plant.SEGMENT);
  }

  @Test
  void aBusyLogIsNeverTakenForDamaged() throws Exception {
    var stop = new AtomicBoolean();
    var first = new CompletableFuture<Void>();
    Thread writer =
        new Thread(
            () -> {
              try (Log log =
                  Log.open(
                      options(),
                      FileOps.DISK,
                      new TestClock(),
                      new Plant.TestAnnouncer(),
                      new Random(7))) {
                Cursor cursor = log.cursor("cloud");
                for (long n = 1; !stop.get(); n += 3) {
                  long seq = log.commit(Plant.entries(n, 3, 700));
                  // Now and then nobody acknowledges for so long that the bound forces some out.
                  if (n / 300 % 3 > 0) {
                    cursor.acknowledge(1, seq);
                    log.syncCursors();
                  }
                  first.complete(null);
                }
              } catch (IOException | RuntimeException e) {
                first.completeExceptionally(e);
              }
            });
    writer.start();
    first.get();
    try {
      for (int i = 0; i < LOOKS; i++) {
        try (LogView view = LogView.open(directory, FileOps.DISK, Keys.NONE)) {
          assertThat(view.isLive()).isTrue();
          var told = new Told();
          view.check(told);
          List<Damage> real =
              told.damage.stream().filter(found -> found.kind() != Damage.Kind.MISSING).toList();
          assertThat(real).isEmpty();
          assertThat(told.ordered).isTrue();
          Survey survey = view.survey();
          assertThat(survey.broken()).isEmpty();
          assertThat(survey.cursors()).allMatch(Survey.CursorPart::readable);
          assertThat(survey.segments()).noneMatch(s -> s.state() == Survey.State.DAMAGED);
        }
      }
    } finally {
      stop.set(true);
      writer.join();
    }
  }

  @Test
  void damageInABusyLogIsTold() throws Exception {
    try (Log log =
        Log.open(
            options(), FileOps.DISK, new TestClock(), new Plant.TestAnnouncer(), new Random(7))) {
      log.cursor("cloud");
      for (long n = 1; n <= 20; n++) {
        log.commit(Plant.entries(n, 1, 700));
      }
      Path file;
      try (LogView view = LogView.open(directory, FileOps.DISK, Keys.NONE)) {
        file = view.survey().segments().get(0).file();
      }
      try (OpenFile opened = FileOps.DISK.open(file, true)) {
        opened.write(java.nio.ByteBuffer.wrap(new byte[100]), 2L * SegmentHeader.PAGE + 200);
      }
      try (LogView view = LogView.open(directory, FileOps.DISK, Keys.NONE)) {
        var told = new Told();
        view.check(told);
        assertThat(told.damage).hasSize(1);
        Damage damage = told.damage.get(0);
        assertThat(damage.kind()).isEqualTo(Damage.Kind.RECORDS);
        assertThat(damage.file()).isEqualTo(file);
        assertThat(damage.offset()).isEqualTo(2L * SegmentHeader.PAGE);
        assertThat(damage.first()).isEqualTo(2);
        assertThat(damage.last()).isEqualTo(2);
        assertThat(told.records).isEqualTo(19);
      }
    }
  }
}
