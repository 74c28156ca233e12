package dev.sluice.driver.text;

import java.util.ArrayList;
import java.util.List;

/** Cuts a line into columns. */
final class Columns {

  private Columns() {}

  /**
   * The columns of a line, in order.
   *
   * @param separator what stands between two of them; of a blank, any number of blanks is one
   *     separator, and those at the beginning and the end are none
   */
  static List<String> of(String line, String separator) {
    boolean blanks = separator.equals(" ");
    var columns = new ArrayList<String>();
    int from = 0;
    while (true) {
      int to = line.indexOf(separator, from);
      String column = line.substring(from, to < 0 ? line.length() : to);
      if (!blanks || !column.isEmpty()) {
        columns.add(column);
      }
      if (to < 0) {
        return columns;
      }
      from = to + separator.length();
    }
  }
}
