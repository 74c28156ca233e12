package dev.sluice.e2e.cloud.azure;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The identity registry of a hub: who may come, and by what it is known. Thread-safe. */
public final class Devices {

  /** By what a device proves itself: a symmetric key in base64, or a certificate's thumbprint. */
  private sealed interface Credential {}

  private record Key(String base64) implements Credential {}

  private record Thumbprint(String sha256) implements Credential {}

  private final Map<String, Credential> credentials = new ConcurrentHashMap<>();
  private final Map<String, String> policies = new ConcurrentHashMap<>();

  /** Registers a device with a key, or gives it another one. */
  public void withKey(String deviceId, String key) {
    credentials.put(deviceId, new Key(key));
  }

  /** Registers a device with the SHA-256 of its certificate, in hex. */
  public void withThumbprint(String deviceId, String sha256) {
    credentials.put(deviceId, new Thumbprint(sha256));
  }

  /** A key of the hub that gives access to every device, by its name ({@code skn}). */
  public void policy(String name, String key) {
    policies.put(name, key);
  }

  public void remove(String deviceId) {
    credentials.remove(deviceId);
  }

  boolean has(String deviceId) {
    return credentials.containsKey(deviceId);
  }

  Optional<String> key(String deviceId) {
    return credentials.get(deviceId) instanceof Key key
        ? Optional.of(key.base64())
        : Optional.empty();
  }

  Optional<String> thumbprint(String deviceId) {
    return credentials.get(deviceId) instanceof Thumbprint thumbprint
        ? Optional.of(thumbprint.sha256())
        : Optional.empty();
  }

  Optional<String> policyKey(String name) {
    return Optional.ofNullable(policies.get(name));
  }
}
