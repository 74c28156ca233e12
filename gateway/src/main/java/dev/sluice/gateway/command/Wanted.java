package dev.sluice.gateway.command;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A point and the value that it shall have.
 *
 * @param value as in {@link WriteRequest#value}
 */
record Wanted(String device, String point, Object value) {

  /** Of one document; a state for more is no setting but a program. */
  private static final int MOST = 200;

  private static final String DEVICES = "devices";
  private static final int SHOWN = 40;

  /**
   * The points that a document names; it may hold other things beside them.
   *
   * @throws UnfitValueException if it is not what was expected
   */
  static List<Wanted> of(Map<String, Object> document) throws UnfitValueException {
    var all = new ArrayList<Wanted>();
    Object devices = document.get(DEVICES);
    if (devices == null) {
      return all;
    }
    for (Map.Entry<?, ?> device : object(devices, DEVICES).entrySet()) {
      String at = DEVICES + "/" + device.getKey();
      for (Map.Entry<?, ?> point : object(device.getValue(), at).entrySet()) {
        if (!isValue(point.getValue())) {
          throw new UnfitValueException(
              "at "
                  + at
                  + "/"
                  + point.getKey()
                  + ": found "
                  + shown(point.getValue())
                  + ", expected a number, a text or a truth value");
        }
        all.add(new Wanted("" + device.getKey(), "" + point.getKey(), point.getValue()));
      }
    }
    if (all.size() > MOST) {
      throw new UnfitValueException(all.size() + " points, at most " + MOST);
    }
    return all;
  }

  private static Map<?, ?> object(@Nullable Object found, String at) throws UnfitValueException {
    if (found instanceof Map<?, ?> map) {
      return map;
    }
    throw new UnfitValueException("at " + at + ": found " + shown(found) + ", expected an object");
  }

  static boolean isValue(@Nullable Object found) {
    return found instanceof BigDecimal || found instanceof String || found instanceof Boolean;
  }

  /** What came, short and without anything that does not show. */
  static String shown(@Nullable Object found) {
    if (found instanceof Map || found instanceof List) {
      return found instanceof Map ? "an object" : "a list";
    }
    String text = found instanceof String ? "\"" + found + "\"" : String.valueOf(found);
    String clean = WantedValue.inWords(text);
    return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "...";
  }

  /** Numbers by their value: 21.50 is 21.5. */
  static boolean same(@Nullable Object present, Object wanted) {
    if (present instanceof BigDecimal number && wanted instanceof BigDecimal other) {
      return number.compareTo(other) == 0;
    }
    return wanted.equals(present);
  }
}
