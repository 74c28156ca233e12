package dev.sluice.gateway.outbox.dead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.outbox.log.DiskFullException;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Keys;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was kept is there, within its bound, whatever happens to the disk. */
class LetterStoreTest {

  private static final long MIB = 1 << 20;

  @TempDir Path outbox;
  private Path dead;

  @BeforeEach
  void name() {
    dead = outbox.resolve("dead");
  }

  private LetterStore store(long maxBytes, FileOps files) {
    return new LetterStore(new LetterBox(dead, files, Keys.NONE), files, maxBytes);
  }

  private LetterStore store() {
    return store(MIB, FileOps.DISK);
  }

  private List<LetterBox.Found> list() throws IOException {
    return new LetterBox(outbox, Keys.NONE).list();
  }

  private static DeadLetter letter(String uplink, long seq, int payload) {
    byte[] bytes = new byte[payload];
    Arrays.fill(bytes, (byte) seq);
    return new DeadLetter(uplink, "S1", seq, 0, 7, 1_700_000_000_000L, "because of " + seq, bytes);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(dead)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** The real file system, with something before each step; it may throw. */
  private static FileOps watched(Watch watch) {
    return (FileOps) wrapped(FileOps.class, FileOps.DISK, watch);
  }

  private interface Watch {
    void before(String step, Object argument) throws IOException;
  }

  private static Object wrapped(Class<?> type, Object real, Watch watch) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (self, method, arguments) -> {
          if (!method.getName().equals("close")) {
            watch.before(method.getName(), arguments == null ? "" : arguments[0]);
          }
          try {
            method.setAccessible(true);
            Object result = method.invoke(real, arguments);
            boolean opened = method.getName().equals("create");
            return opened ? wrapped(method.getReturnType(), result, watch) : result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  @Test
  void noDirectoryAndNoByteIsMadeBeforeTheFirstLetter() throws Exception {
    LetterStore store = store();
    store.look();
    assertThat(store.asked("cloud")).isNull();
    assertThat(list()).isEmpty();
    assertThat(dead).doesNotExist();
  }

  @Test
  void aLetterIsThereAfterARestartAndKeptOnlyOnce() throws Exception {
    store().keep(letter("cloud", 5, 100));
    LetterStore again = store();
    again.keep(letter("cloud", 5, 100));
    again.keep(letter("other", 5, 100));
    assertThat(list())
        .extracting(found -> found.letter().uplink() + found.number() + found.letter().reason())
        .containsExactly("cloud1because of 5", "other2because of 5");
    assertThat(list().get(0).letter())
        .usingRecursiveComparison()
        .isEqualTo(letter("cloud", 5, 100));
    assertThat(again.stats().letters()).isEqualTo(2);
  }

  /** Byte for byte: what one version wrote, every later one reads. */
  @Test
  void theFormatIsAsDocumented() throws Exception {
    store().keep(new DeadLetter("c", "S", 258, 1, 3, 9, "w", new byte[] {1, 2}));
    byte[] file = Files.readAllBytes(dead.resolve("0000000001-00000000000000000258.letter"));
    assertThat(HexFormat.of().formatHex(file))
        .isEqualTo(
            "534c55494345444c" // SLUICEDL
                + ("00000001" + "00000000" + "00000024") // version, seal, length
                + "24db7210"
                + ("000163" + "000153" + "0000000000000102" + "01") // c, S, seq, kind
                + ("00000003" + "0000000000000009" + "000177") // readings, kept, why
                + ("00000002" + "0102"));
  }

  @Test
  void theOldestGoWhenTheBoundIsReachedAndThatIsCounted() throws Exception {
    LetterStore store = store(5 * 4096, FileOps.DISK);
    for (int seq = 1; seq <= 8; seq++) {
      store.keep(letter("cloud", seq, 3_000));
    }
    assertThat(list()).extracting(LetterBox.Found::number).containsExactly(4L, 5L, 6L, 7L, 8L);
    assertThat(store.stats().evicted()).isEqualTo(3);
    assertThat(store.stats().bytes()).isEqualTo(5 * 4096);
    store.keep(letter("cloud", 9, 9_000)); // three blocks
    assertThat(list()).extracting(LetterBox.Found::number).containsExactly(7L, 8L, 9L);
    assertThatThrownBy(() -> store.keep(letter("cloud", 10, 30_000)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("deadLetterBytes");
    assertThat(list()).as("not emptied for one that never fits").hasSize(3);
    LetterStore smaller = store(3 * 4096, FileOps.DISK);
    smaller.look();
    assertThat(list()).extracting(LetterBox.Found::number).containsExactly(9L);
  }

  @Test
  void aFullDiskCostsTheOldestLetter() throws Exception {
    store().keep(letter("cloud", 1, 10));
    var full = new boolean[] {true};
    LetterStore store =
        store(
            MIB,
            watched(
                (step, argument) -> {
                  if (step.equals("delete") && argument.toString().endsWith("1.letter")) {
                    full[0] = false;
                  }
                  if (step.equals("write") && full[0]) {
                    throw new DiskFullException("No space left on device", new IOException("28"));
                  }
                }));
    store.keep(letter("cloud", 2, 10));
    assertThat(list()).extracting(found -> found.letter().seq()).containsExactly(2L);
    assertThat(store.stats().evicted()).isEqualTo(1);
  }

  @Test
  void aLetterIsForcedBeforeItHasItsNameAndTheDirectoryAfterwards() throws Exception {
    var steps = new ArrayList<String>();
    store(MIB, watched((step, argument) -> steps.add(step))).keep(letter("cloud", 1, 10));
    steps.removeAll(List.of("list", "delete", "createDirectories"));
    assertThat(steps).containsExactly("create", "write", "force", "rename", "forceDirectory");
  }

  /** Each step of keeping fails once: nothing half is ever seen, and the next attempt works. */
  @Test
  void anyStepMayFail() throws Exception {
    int failed = 0;
    for (int at = 0; at < 12; at++) {
      int failing = at;
      var steps = new ArrayList<String>();
      LetterStore store =
          store(
              MIB,
              watched(
                  (step, argument) -> {
                    steps.add(step);
                    if (steps.size() == failing + 1) {
                      throw new IOException("EIO in " + step);
                    }
                  }));
      DeadLetter letter = letter("cloud", 100 + at, 5_000);
      try {
        store.keep(letter);
      } catch (IOException e) {
        failed++;
        steps.clear();
        steps.addAll(Collections.nCopies(100, ""));
        store.keep(letter);
      }
      assertThat(steps).as("durable").endsWith("forceDirectory");
      assertThat(list()).hasSize(1);
      assertThat(list().get(0).letter().seq()).isEqualTo(letter.seq());
      new LetterBox(outbox, Keys.NONE).ask(number -> true);
      LetterStore next = store();
      next.delivered(next.asked("cloud").number());
    }
    assertThat(failed).as("steps that failed").isEqualTo(9);
    store().look();
    assertThat(files()).allMatch(name -> name.endsWith(".letter"));
  }

  @Test
  void damageIsShownAndStopsNothing() throws Exception {
    store().keep(letter("cloud", 1, 40));
    Path file = dead.resolve(files().get(0));
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1 << (at % 8);
      Files.write(file, bad);
      assertThat(list()).as("byte " + at).hasSize(1);
      assertThat(list().get(0).letter()).as("byte " + at).isNull();
      assertThat(list().get(0).damage()).isNotEmpty();
      Files.write(file, Arrays.copyOf(good, at));
      assertThat(list().get(0).letter()).as("length " + at).isNull();
    }
    Files.writeString(dead.resolve("foreign"), "x");
    Files.writeString(dead.resolve("0000000009-00000000000000000009.letter.tmp"), "x");
    LetterStore store = store();
    store.look();
    assertThat(store.stats().damaged()).isEqualTo(1);
    assertThat(files()).contains("foreign").noneMatch(name -> name.endsWith(".tmp"));
    store.keep(letter("cloud", 2, 40));
    new LetterBox(outbox, Keys.NONE).ask(number -> true);
    assertThat(store.asked("cloud").number()).as("the sound one").isEqualTo(2);
  }

  @Test
  void whatIsAskedForComesInOrderAndGoesWhenDelivered() throws Exception {
    LetterStore store = store();
    for (int seq = 1; seq <= 3; seq++) {
      store.keep(letter("cloud", seq, 10));
    }
    store.keep(letter("other", 4, 10));
    assertThat(store.asked("cloud")).isNull();
    assertThat(new LetterBox(outbox, Keys.NONE).ask(number -> number >= 2)).isEqualTo(3);
    assertThat(new LetterBox(outbox, Keys.NONE).ask(number -> number >= 2)).as("already").isZero();
    assertThat(store.asked("cloud").letter().seq()).isEqualTo(2);
    store.refused(2);
    assertThat(store.asked("cloud").letter().seq()).isEqualTo(3);
    store.delivered(3);
    assertThat(store.asked("cloud")).isNull();
    assertThat(list())
        .extracting(found -> found.number() + (found.asked() ? " asked" : ""))
        .containsExactly("1", "2", "4 asked");
    assertThat(store.stats().resent()).isEqualTo(1);
    assertThat(store.stats().refused()).isEqualTo(1);
    assertThat(store().asked("other").letter().seq()).as("after a restart").isEqualTo(4);
  }

  @Test
  void aLetterThatBecameDamagedKeepsNoOtherFromBeingSent() throws Exception {
    LetterStore store = store();
    store.keep(letter("cloud", 1, 40));
    store.keep(letter("cloud", 2, 40));
    new LetterBox(outbox, Keys.NONE).ask(number -> true);
    Files.writeString(dead.resolve(files().get(0)), "damage");
    assertThat(store.asked("cloud").number()).isEqualTo(2);
    assertThat(store.stats().damaged()).isEqualTo(1);
  }

  /** What the platform refuses of a record may be more when that is tried again. */
  @Test
  void anotherPartOfTheSameRecordIsAnotherLetter() throws Exception {
    LetterStore store = store();
    store.keep(letter("cloud", 5, 10));
    store.keep(letter("cloud", 5, 10));
    assertThat(store.stats().letters()).isEqualTo(1);
    store.keep(letter("cloud", 5, 11));
    store().keep(letter("cloud", 5, 11));
    store.look();
    assertThat(store.stats().letters()).isEqualTo(2);
  }
}
