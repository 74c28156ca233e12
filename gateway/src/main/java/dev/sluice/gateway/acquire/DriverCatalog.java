package dev.sluice.gateway.acquire;

import dev.sluice.driver.Driver;
import java.util.Collection;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The drivers on the class path, by type. Immutable. */
public final class DriverCatalog {

  private final Map<String, Driver> byType;

  private DriverCatalog(Map<String, Driver> byType) {
    this.byType = byType;
  }

  /**
   * All that {@link ServiceLoader} finds: those of the distribution and those in {@code drivers/}.
   */
  public static DriverCatalog load() {
    return of(ServiceLoader.load(Driver.class));
  }

  /**
   * These drivers.
   *
   * @throws IllegalStateException if two have the same type
   */
  public static DriverCatalog of(Iterable<? extends Driver> drivers) {
    var byType = new TreeMap<String, Driver>();
    for (Driver driver : drivers) {
      Driver other = byType.putIfAbsent(driver.type(), driver);
      if (other != null) {
        throw new IllegalStateException(
            "two drivers of type "
                + driver.type()
                + ": "
                + other.getClass().getName()
                + " and "
                + driver.getClass().getName()
                + "; remove one jar");
      }
    }
    return new DriverCatalog(byType);
  }

  public Collection<Driver> drivers() {
    return byType.values();
  }

  public @Nullable Driver find(String type) {
    return byType.get(type);
  }
}
