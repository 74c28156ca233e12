package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.modbus.codec.ReadWriteRequest;
import dev.sluice.driver.modbus.codec.WriteRequest;

/**
 * How a device wants to be written to.
 *
 * @param with which functions
 * @param maxRegisters of one write, 1 to {@link WriteRequest#MAX_REGISTERS}
 * @param maxBits of one write, 1 to {@link WriteRequest#MAX_BITS}
 */
public record WriteRules(With with, int maxRegisters, int maxBits) {

  /** What the protocol allows. */
  public static final WriteRules PROTOCOL =
      new WriteRules(With.AUTO, WriteRequest.MAX_REGISTERS, WriteRequest.MAX_BITS);

  /** The functions that a device knows; a bit of a register is always written by function 22. */
  public enum With {
    /** Functions 5 and 6 for one coil or register, 15 and 16 for several. */
    AUTO("auto"),
    /** Functions 5 and 6, one transaction each; nothing that is wider than a register. */
    SINGLE("single"),
    /** Functions 15 and 16, for a single one too. */
    MULTIPLE("multiple"),
    /** Function 23 for registers, which reads back what it wrote; 15 for coils. */
    READ_WRITE("readWrite");

    private final String word;

    With(String word) {
      this.word = word;
    }

    /** As configured. */
    public String word() {
      return word;
    }
  }

  /** How many registers one transaction may write. */
  int registers() {
    return switch (with) {
      case SINGLE -> 1;
      case READ_WRITE -> Math.min(maxRegisters, ReadWriteRequest.MAX_WRITTEN);
      case AUTO, MULTIPLE -> maxRegisters;
    };
  }

  /** How many coils one transaction may write. */
  int bits() {
    return with == With.SINGLE ? 1 : maxBits;
  }
}
