package dev.sluice.driver.text;

import dev.sluice.driver.ValueType;

/** Where in a frame the value of a point stands, and how it is written. */
sealed interface Place {

  ValueType valueType();

  /** In a named group of the device's pattern. */
  record Group(String name, FieldType type) implements Place {

    @Override
    public ValueType valueType() {
      return type.valueType();
    }
  }

  /**
   * In a column.
   *
   * @param number from 1
   */
  record Column(int number, FieldType type) implements Place {

    @Override
    public ValueType valueType() {
      return type.valueType();
    }
  }

  /** As text of so many bytes at an offset from 0. */
  record Text(int offset, int length, FieldType type) implements Place {

    @Override
    public ValueType valueType() {
      return type.valueType();
    }
  }

  /** As bytes at an offset from 0. */
  record Binary(int offset, BinaryType type, boolean little) implements Place {

    @Override
    public ValueType valueType() {
      return type.valueType();
    }
  }
}
