package dev.sluice.driver;

/**
 * A kind of field protocol, for example {@code modbus}.
 *
 * <p>Found by {@link java.util.ServiceLoader}: a driver is a jar with this class named in {@code
 * META-INF/services/dev.sluice.driver.Driver} and a public constructor without arguments. One
 * object serves all lines of its kind and keeps no state of its own.
 */
public interface Driver {

  /** The name that a line's {@code driver:} key selects; lower case, {@code [a-z][a-z0-9-]*}. */
  String type();

  /** What a line, a device and a point of this driver may be configured with. */
  DriverSchema schema();

  /**
   * Makes a line from its settings. Opens nothing: no socket, file or thread before {@link
   * Line#connect()}.
   *
   * @param settings already valid by {@link #schema()}
   * @throws SettingsException naming everything that the schema could not see
   */
  Line createLine(LineSettings settings, LineContext context) throws SettingsException;
}
