package dev.sluice.driver.text;

import dev.sluice.driver.text.frame.Checksum;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request as configured: text with {@link Escapes} and placeholders. <code>{address}</code> is
 * the device's {@code address}, <code>{name}</code> one of its {@code parameters}, and <code>
 * {checksum}</code> that of everything before it. Braces around anything else stand for themselves.
 */
final class RequestTemplate {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-zA-Z][a-zA-Z0-9]*)}");

  private RequestTemplate() {}

  /**
   * The bytes to send.
   *
   * @param device reads the keys {@code request}, {@code address} and {@code parameters}
   * @param parameters as configured
   * @param checksum null if none is configured
   */
  static Buffer fill(SettingsReader device, JsonObject parameters, @Nullable Checksum checksum) {
    String template = device.text("request", "");
    Buffer bytes = Buffer.buffer();
    Matcher matcher = PLACEHOLDER.matcher(template);
    int at = 0;
    while (matcher.find()) {
      append(device, template.substring(at, matcher.start()), bytes);
      at = matcher.end();
      String name = matcher.group(1);
      if (name.equals("checksum")) {
        if (checksum == null) {
          device.problem("requestChecksum", "a checksum for {checksum} in request", "");
        } else {
          bytes.appendBytes(checksum.append(bytes.getBytes()));
        }
      } else {
        Object value = name.equals("address") ? device.value("address") : parameters.getValue(name);
        if (value instanceof String || value instanceof Number) {
          bytes.appendBytes(value.toString().getBytes(StandardCharsets.UTF_8));
        } else {
          device.problem(
              "request",
              name.equals("address")
                  ? "an address of the device for {address}"
                  : "a text or number " + name + " in parameters for {" + name + "}",
              "write \\x7B for a brace that is none of this");
        }
      }
    }
    append(device, template.substring(at), bytes);
    if (template.isEmpty()) {
      device.problem("request", "at least one byte", "");
    }
    return bytes;
  }

  private static void append(SettingsReader device, String text, Buffer bytes) {
    try {
      bytes.appendBytes(Escapes.parse(text));
    } catch (IllegalArgumentException e) {
      device.badEscape("request", e);
    }
  }
}
