package dev.sluice.driver.modbus.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.Seed;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.value.Decoder;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlannerTest {

  private static ModbusPoint register(Table table, int address, ValueType type) {
    int length = Format.registers(type);
    return new ModbusPoint(table, address, new Format(type, WordOrder.ABCD, -1, length));
  }

  private static ModbusPoint holding(int address) {
    return register(Table.HOLDING, address, ValueType.UINT16);
  }

  private static ModbusPoint bitOf(int address, int bit) {
    return new ModbusPoint(
        Table.HOLDING, address, new Format(ValueType.BOOL, WordOrder.ABCD, bit, 1));
  }

  private static ModbusPoint coil(int address) {
    return new ModbusPoint(Table.COIL, address, Format.BIT);
  }

  private static List<String> plan(Limits limits, ModbusPoint... points) {
    int[] all = IntStream.range(0, points.length).toArray();
    return Planner.plan(List.of(points), all, limits).stream()
        .map(block -> block.request().describe() + " " + Arrays.toString(block.points()))
        .toList();
  }

  @Test
  void neighboursShareARead() {
    assertThat(plan(Limits.PROTOCOL, holding(10), holding(11), holding(12)))
        .containsExactly("fc3 10..12 [0, 1, 2]");
  }

  @Test
  void anAddressOfManyPointsIsReadOnce() {
    assertThat(
            plan(
                Limits.PROTOCOL,
                holding(10),
                bitOf(10, 3),
                bitOf(10, 15),
                register(Table.HOLDING, 9, ValueType.FLOAT32),
                holding(10)))
        .containsExactly("fc3 9..10 [3, 0, 1, 2, 4]");
  }

  @Test
  void aGapSplitsUnlessItIsAllowed() {
    ModbusPoint[] points = {holding(10), holding(13)};

    assertThat(plan(Limits.PROTOCOL, points)).containsExactly("fc3 10 [0]", "fc3 13 [1]");
    assertThat(plan(new Limits(125, 2000, 1), points)).hasSize(2);
    assertThat(plan(new Limits(125, 2000, 2), points)).containsExactly("fc3 10..13 [0, 1]");
  }

  @Test
  void tablesAreReadApartAndInTheOrderOfTheirFunctions() {
    assertThat(
            plan(
                Limits.PROTOCOL,
                register(Table.INPUT, 0, ValueType.INT64),
                holding(0),
                new ModbusPoint(Table.DISCRETE, 0, Format.BIT),
                coil(0)))
        .containsExactly("fc1 0 [3]", "fc2 0 [2]", "fc3 0 [1]", "fc4 0..3 [0]");
  }

  @Test
  void aReadEndsWhereTheLimitEndsAndNeverWithinAPoint() {
    ModbusPoint[] points = new ModbusPoint[100];
    for (int i = 0; i < points.length; i++) {
      points[i] = register(Table.INPUT, 2 * i, ValueType.FLOAT32);
    }

    assertThat(plan(Limits.PROTOCOL, points))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("fc4 0..123 "),
            second -> assertThat(second).startsWith("fc4 124..199 "));
    assertThat(plan(new Limits(2, 2000, 0), points)).hasSize(100);
  }

  @Test
  void theLimitOfBitsIsItsOwn() {
    ModbusPoint[] points =
        IntStream.range(0, 2001).mapToObj(i -> coil(i)).toArray(ModbusPoint[]::new);

    assertThat(plan(Limits.PROTOCOL, points)).hasSize(2);
    assertThat(plan(new Limits(1, 2000, 0), points)).hasSize(2);
    assertThat(plan(new Limits(125, 100, 0), points)).hasSize(21);
  }

  @Test
  void onlyWhatIsWantedIsRead() {
    List<ModbusPoint> all = List.of(holding(0), holding(1), holding(2));

    List<Block> blocks = Planner.plan(all, new int[] {0, 2}, Limits.PROTOCOL);

    assertThat(blocks)
        .extracting(block -> block.request().describe())
        .containsExactly("fc3 0", "fc3 2");
    assertThat(Planner.plan(all, new int[0], Limits.PROTOCOL)).isEmpty();
  }

  @Test
  void theLastAddressCanBeRead() {
    assertThat(plan(Limits.PROTOCOL, holding(65_535), holding(65_534)))
        .containsExactly("fc3 65534..65535 [1, 0]");
  }

  @Test
  void randomPointsAreReadExactlyOnceWithinTheLimitsAndWithTheirOwnValues() throws PollException {
    long seed = Seed.next();
    var random = new Random(seed);
    for (int round = 0; round < Seed.count(300, 20_000); round++) {
      var limits =
          new Limits(
              random.nextInt(4, 126),
              random.nextInt(1, 2001),
              random.nextBoolean() ? 0 : random.nextInt(20));
      var all = new ArrayList<ModbusPoint>();
      int span = random.nextInt(1, 600);
      for (int i = random.nextInt(1, 300); i > 0; i--) {
        all.add(randomPoint(random, span, limits));
      }
      int[] wanted = IntStream.range(0, all.size()).filter(i -> random.nextInt(4) > 0).toArray();

      List<Block> blocks = Planner.plan(all, wanted, limits);

      String as = "seed " + seed + " round " + round;
      assertThat(blocks.stream().flatMapToInt(b -> Arrays.stream(b.points())).sorted().toArray())
          .as(as)
          .isEqualTo(wanted);
      for (Block block : blocks) {
        holdsItsPointsAndLimits(block, all, limits, as);
      }
      readsNoAddressTwiceWithoutNeed(blocks, limits, as);
      yieldsTheValuesOfItsPoints(blocks, all, random, as);
      assertThat(describe(Planner.plan(all, wanted, limits))).as(as).isEqualTo(describe(blocks));
    }
  }

  private static ModbusPoint randomPoint(Random random, int span, Limits limits) {
    Table table = Table.values()[random.nextInt(4)];
    if (table.bits()) {
      return new ModbusPoint(table, random.nextInt(span), Format.BIT);
    }
    ValueType[] types = ValueType.values();
    ValueType type;
    do {
      type = types[random.nextInt(types.length)];
    } while (type == ValueType.DECIMAL);
    int length =
        type == ValueType.STRING
            ? random.nextInt(1, limits.maxRegisters() + 1)
            : Format.registers(type);
    WordOrder order =
        length == 1 || type == ValueType.STRING
            ? WordOrder.ABCD
            : WordOrder.values()[random.nextInt(4)];
    int bit = type == ValueType.BOOL ? random.nextInt(16) : -1;
    return new ModbusPoint(table, random.nextInt(span), new Format(type, order, bit, length));
  }

  private static void holdsItsPointsAndLimits(
      Block block, List<ModbusPoint> all, Limits limits, String as) {
    ReadRequest read = block.request();
    assertThat(read.count()).as(as).isLessThanOrEqualTo(limits.of(read.table()));
    boolean[] asked = new boolean[read.count()];
    for (int index : block.points()) {
      ModbusPoint point = all.get(index);
      assertThat(point.table()).as(as).isEqualTo(read.table());
      assertThat(point.address()).as(as).isGreaterThanOrEqualTo(read.address());
      assertThat(point.end()).as(as).isLessThanOrEqualTo(read.address() + read.count());
      Arrays.fill(asked, point.address() - read.address(), point.end() - read.address(), true);
    }
    int gap = 0;
    for (boolean used : asked) {
      gap = used ? 0 : gap + 1;
      assertThat(gap).as(as).isLessThanOrEqualTo(limits.maxGap());
    }
    assertThat(asked[0]).as(as).isTrue();
    assertThat(asked[asked.length - 1]).as(as).isTrue();
  }

  private static void readsNoAddressTwiceWithoutNeed(List<Block> blocks, Limits limits, String as) {
    for (int i = 1; i < blocks.size(); i++) {
      ReadRequest one = blocks.get(i - 1).request();
      ReadRequest next = blocks.get(i).request();
      if (one.table() == next.table()
          && next.address() - (one.address() + one.count()) <= limits.maxGap()) {
        assertThat(Math.max(one.address() + one.count(), next.address() + next.count()))
            .as(as)
            .isGreaterThan(one.address() + limits.of(one.table()));
      }
    }
  }

  /** One memory for each table; a block must yield what its points alone would read from it. */
  private static void yieldsTheValuesOfItsPoints(
      List<Block> blocks, List<ModbusPoint> all, Random random, String as) throws PollException {
    byte[] memory = new byte[4000];
    random.nextBytes(memory);
    for (Block block : blocks) {
      ReadRequest read = block.request();
      byte[] pdu = new byte[2 + read.dataBytes()];
      pdu[0] = (byte) read.table().readFunction();
      pdu[1] = (byte) read.dataBytes();
      for (int i = 0; i < read.count(); i++) {
        if (read.table().bits()) {
          pdu[2 + i / 8] |= (byte) (bit(memory, read.address() + i) << (i % 8));
        } else {
          System.arraycopy(memory, 2 * (read.address() + i), pdu, 2 + 2 * i, 2);
        }
      }

      Values values = block.values(pdu, 0, pdu.length);

      assertThat(values.size()).as(as).isEqualTo(block.points().length);
      for (int i = 0; i < values.size(); i++) {
        ModbusPoint point = all.get(block.points()[i]);
        if (point.table().bits()) {
          assertThat(values.bits(i)).as(as).isEqualTo(bit(memory, point.address()));
        } else {
          Values alone =
              new Decoder.Builder(1)
                  .registers(point.format(), 0)
                  .build()
                  .decode(memory, 2 * point.address());
          assertThat(values.quality(i)).as(as).isEqualTo(alone.quality(0));
          assertThat(values.bits(i)).as(as).isEqualTo(alone.bits(0));
          assertThat(values.text(i)).as(as).isEqualTo(alone.text(0));
        }
      }
    }
  }

  private static int bit(byte[] memory, int address) {
    return (memory[address / 8] >> (address % 8)) & 1;
  }

  private static List<String> describe(List<Block> blocks) {
    return blocks.stream()
        .map(block -> block.request().describe() + Arrays.toString(block.points()))
        .toList();
  }
}
