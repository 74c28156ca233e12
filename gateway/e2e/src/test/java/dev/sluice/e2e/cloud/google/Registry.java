package dev.sluice.e2e.cloud.google;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The devices of one project, region and registry. Thread-safe. */
public final class Registry {

  private final String project;
  private final String path;
  private final Map<String, Device> devices = new ConcurrentHashMap<>();

  public Registry(String project, String region, String name) {
    this.project = project;
    this.path = "projects/%s/locations/%s/registries/%s/devices/".formatted(project, region, name);
  }

  public Registry with(Device device) {
    devices.put(device.id(), device);
    return this;
  }

  /** What tokens have to name as their audience. */
  public String project() {
    return project;
  }

  public String clientId(String device) {
    return path + device;
  }

  /** The device's own name if a client id is of this registry and well formed. */
  Optional<String> name(String clientId) {
    return clientId.startsWith(path)
            && clientId.substring(path.length()).matches("[A-Za-z][A-Za-z0-9._~+%-]{2,254}")
        ? Optional.of(clientId.substring(path.length()))
        : Optional.empty();
  }

  Optional<Device> device(String id) {
    return Optional.ofNullable(devices.get(id));
  }

  /** One that is so. */
  Optional<Device> first(Predicate<Device> isSo) {
    return devices.values().stream().filter(isSo).findFirst();
  }
}
