package dev.sluice.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Rows that belong together, printed in columns. */
final class Table {

  private final List<String[]> rows = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param name stands above the first column
   */
  Table(String name, String... columns) {
    row(name, columns);
  }

  void row(String name, String... values) {
    String[] row = new String[values.length + 1];
    row[0] = name;
    System.arraycopy(values, 0, row, 1, values.length);
    if (!rows.isEmpty() && rows.get(0).length != row.length) {
      throw new IllegalArgumentException(row.length + " columns, not " + rows.get(0).length);
    }
    rows.add(row);
  }

  /** A line a row, the first column to the left, numbers to the right. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (String[] row : rows) {
      for (int column = 0; column < row.length; column++) {
        int width = width(column);
        text.append(column == 0 ? "table " : "  ");
        text.append(String.format("%" + (column == 0 ? "-" : "") + width + "s", row[column]));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row[column].length()).max().orElse(1);
  }
}
