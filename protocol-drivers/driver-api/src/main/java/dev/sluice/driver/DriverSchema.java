package dev.sluice.driver;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The JSON Schema (draft 2020-12) fragments of a driver, merged by the host into the published
 * schema of the whole configuration.
 *
 * <p>Each is an object schema: its {@code properties} and {@code required} are added to the keys
 * that the host owns ({@code driver} of a line; {@code line}, {@code every}, {@code timeout},
 * {@code retries}, {@code points} of a device; {@code unit}, {@code scale}, {@code offset}, {@code
 * deadband}, ... of a point). Unknown keys are refused by the host. Each property carries a {@code
 * description}: the configuration reference is generated from it.
 *
 * @param line keys of a line
 * @param device keys of a device
 * @param point keys of a point
 */
public record DriverSchema(JsonObject line, JsonObject device, JsonObject point) {

  /**
   * Reads the three fragments from a JSON resource {@code {"line": …, "device": …, "point": …}}
   * beside a class.
   *
   * @throws IllegalStateException if the resource is not there: a broken jar
   */
  public static DriverSchema fromResource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("BUG: no resource " + name + " beside " + beside.getName());
      }
      var json = new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return new DriverSchema(
          json.getJsonObject("line"), json.getJsonObject("device"), json.getJsonObject("point"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
