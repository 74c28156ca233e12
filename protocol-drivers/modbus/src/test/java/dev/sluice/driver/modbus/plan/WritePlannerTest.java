package dev.sluice.driver.modbus.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.SettingsException;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.WriteRules.With;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WritePlannerTest {

  private final List<ModbusPoint> points = new ArrayList<>();
  private final List<Long> values = new ArrayList<>();

  private void coil(int address, long value) {
    points.add(new ModbusPoint(Table.COIL, address, Format.BIT));
    values.add(value);
  }

  private void register(ValueType type, int address, long value) {
    var format = new Format(type, WordOrder.ABCD, -1, Format.registers(type));
    points.add(new ModbusPoint(Table.HOLDING, address, format));
    values.add(value);
  }

  private void bit(int address, int bit, long value) {
    points.add(
        new ModbusPoint(
            Table.HOLDING, address, new Format(ValueType.BOOL, WordOrder.ABCD, bit, 1)));
    values.add(value);
  }

  private List<WriteBlock> plan(WriteRules rules) throws SettingsException {
    var builder = new Values.Builder(values.size());
    for (int i = 0; i < values.size(); i++) {
      builder.integer(i, values.get(i));
    }
    List<String> names = IntStream.range(0, points.size()).mapToObj(i -> "p" + i).toList();
    return new WritePlanner(names, rules, new BusCost(1_000, 3_500, 3), 10_000)
        .plan(points, IntStream.range(0, points.size()).toArray(), builder.build());
  }

  private List<String> sent(With with) throws SettingsException {
    return plan(new WriteRules(with, 123, 1968)).stream()
        .map(
            block -> {
              byte[] pdu = new byte[block.request().bytes()];
              block.request().write(pdu, 0);
              return HexFormat.ofDelimiter(" ").formatHex(pdu);
            })
        .toList();
  }

  @Test
  void aSingleOneIsWrittenByTheShortFunction() throws SettingsException {
    coil(7, 1);
    register(ValueType.INT16, 100, -2);

    assertThat(sent(With.AUTO)).containsExactly("05 00 07 ff 00", "06 00 64 ff fe");
    assertThat(sent(With.SINGLE)).containsExactly("05 00 07 ff 00", "06 00 64 ff fe");
    assertThat(sent(With.MULTIPLE))
        .containsExactly("0f 00 07 00 01 01 01", "10 00 64 00 01 02 ff fe");
    assertThat(sent(With.READ_WRITE))
        .containsExactly("0f 00 07 00 01 01 01", "17 00 64 00 01 00 64 00 01 02 ff fe");
  }

  @Test
  void neighboursGoTogetherInTheOrderOfTheirAddresses() throws SettingsException {
    register(ValueType.UINT16, 12, 3);
    register(ValueType.UINT32, 10, 0x0001_0002);
    register(ValueType.UINT16, 14, 5);
    coil(1, 0);
    coil(0, 1);

    assertThat(sent(With.AUTO))
        .containsExactly(
            "0f 00 00 00 02 01 01", "10 00 0a 00 03 06 00 01 00 02 00 03", "06 00 0e 00 05");
    assertThat(plan(WriteRules.PROTOCOL).get(1).points()).containsExactly(1, 0);
    assertThat(plan(WriteRules.PROTOCOL).get(1).busNanos())
        .as("bytes of both PDUs, framing, turnaround and gap")
        .isEqualTo((12 + 5 + 6) * 1_000 + 10_000 + 3_500);
  }

  @Test
  void noWriteIsLongerThanTheDeviceTakes() throws SettingsException {
    for (int i = 0; i < 10; i++) {
      register(ValueType.UINT16, i, i);
      coil(i, 1);
    }

    assertThat(plan(new WriteRules(With.AUTO, 4, 3)).stream().map(WriteBlock::describe))
        .containsExactly(
            "fc15 0..2", "fc15 3..5", "fc15 6..8", "fc5 9", "fc16 0..3", "fc16 4..7", "fc16 8..9");
  }

  @Test
  void bitsOfARegisterAreWrittenTogetherAndLeaveTheOthersAlone() throws SettingsException {
    bit(20, 0, 1);
    bit(20, 15, 0);
    bit(21, 3, 1);

    assertThat(sent(With.AUTO)).containsExactly("16 00 14 7f fe 00 01", "16 00 15 ff f7 00 08");
  }

  @Test
  void whatCannotBeWrittenIsToldAllAtOnce() {
    points.add(new ModbusPoint(Table.DISCRETE, 3, Format.BIT));
    values.add(1L);
    register(ValueType.UINT16, 5, 65_536);
    coil(1, 2);

    assertThatThrownBy(() -> plan(WriteRules.PROTOCOL))
        .isInstanceOfSatisfying(
            SettingsException.class,
            e ->
                assertThat(e.problems().stream().map(Object::toString))
                    .containsExactly(
                        "points/p0/at: found discrete 3, expected a coil or a holding register;"
                            + " the others are only for reading",
                        "points/p1: found 65536, expected a whole number from 0 to 65535",
                        "points/p2: found 2, expected true or false"));
  }

  @Test
  void aValueIsNeverWrittenInParts() {
    register(ValueType.UINT32, 5, 7);

    assertThatThrownBy(() -> plan(new WriteRules(With.SINGLE, 123, 1968)))
        .hasMessageContaining("2 registers, expected at most 1");
  }

  @Test
  void anAddressIsWrittenOnce() {
    register(ValueType.UINT32, 5, 7);
    register(ValueType.UINT16, 6, 8);

    assertThatThrownBy(() -> plan(WriteRules.PROTOCOL))
        .hasMessageContaining("the same address as p0");
  }
}
