package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.uplink.credential.SecretFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts the content of environment variables, files and systemd's credentials where {@code
 * ${env:NAME}}, {@code ${file:PATH}} and {@code ${credential:NAME}} stand in text values, and
 * remembers it so that no message repeats it.
 */
final class Secrets {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\$\\{|\\$\\{(?:(env|file|credential):([^}]*)\\})?");

  /** Of a file in the directory of credentials, and nowhere else. */
  private static final Pattern CREDENTIAL =
      Pattern.compile("(?!\\.{1,2}\\z)[A-Za-z0-9._@:-]{1,255}");

  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";
  private static final int MAX_FILE = 64 << 10;

  private final Path directory;
  private final Function<String, @Nullable String> environment;
  private final Map<String, String> placeholderBySecret = new LinkedHashMap<>();
  private final IdentityHashMap<JsonNode, JsonNode> done = new IdentityHashMap<>();

  Secrets(Path directory, Function<String, @Nullable String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  /** A copy of the tree with everything put in; what is missing goes to the problems. */
  JsonNode resolve(JsonNode node, Pointer at, Problems problems) {
    JsonNode known = done.get(node);
    if (known != null) {
      return known;
    }
    JsonNode resolved = node;
    if (node instanceof ObjectNode mapping) {
      ObjectNode copy = NODES.objectNode();
      for (Map.Entry<String, JsonNode> entry : mapping.properties()) {
        copy.set(entry.getKey(), resolve(entry.getValue(), at.then(entry.getKey()), problems));
      }
      resolved = copy;
    } else if (node instanceof ArrayNode list) {
      ArrayNode copy = NODES.arrayNode();
      for (int i = 0; i < list.size(); i++) {
        copy.add(resolve(list.get(i), at.then(Integer.toString(i)), problems));
      }
      resolved = copy;
    } else if (node instanceof TextNode text && text.textValue().contains("${")) {
      resolved = NODES.textNode(fill(text.textValue(), at, problems));
    }
    done.put(node, resolved);
    return resolved;
  }

  /** The text with every secret in it replaced by the placeholder that stands for it. */
  String hide(String text) {
    String hidden = text;
    for (String secret : longestFirst()) {
      hidden = hidden.replace(secret, placeholderBySecret.getOrDefault(secret, "***"));
    }
    return hidden;
  }

  private List<String> longestFirst() {
    return placeholderBySecret.keySet().stream()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  private String fill(String text, Pointer at, Problems problems) {
    var out = new StringBuilder();
    Matcher m = PLACEHOLDER.matcher(text);
    while (m.find()) {
      String kind = m.group(1);
      String value;
      if (m.group().equals("$${")) {
        value = "${";
      } else if (kind == null) {
        problems.settle(
            at,
            Texts.quoted(text),
            "${env:NAME}, ${file:PATH} or ${credential:NAME}",
            "write $${ where ${ is meant literally");
        value = "";
      } else {
        value =
            switch (kind) {
              case "env" -> variable(m.group(2), at, problems);
              case "file" -> file(m.group(2), m.group(), at, problems);
              default -> credential(m.group(2), m.group(), at, problems);
            };
        // Shorter ones are no secrets, and would make nonsense of messages.
        if (value.length() >= 4) {
          placeholderBySecret.put(value, m.group());
        }
      }
      m.appendReplacement(out, Matcher.quoteReplacement(value));
    }
    return m.appendTail(out).toString();
  }

  private String variable(String name, Pointer at, Problems problems) {
    String value = environment.apply(name);
    if (value == null) {
      problems.settle(
          at,
          "${env:" + name + "}, which is not set",
          "an environment variable of that name",
          "systemd sets it with Environment= or EnvironmentFile=");
      return "";
    }
    return value;
  }

  private String credential(String name, String placeholder, Pointer at, Problems problems) {
    String credentials = environment.apply(CREDENTIALS);
    if (!CREDENTIAL.matcher(name).matches()) {
      problems.settle(
          at,
          placeholder,
          "the name of a credential: letters, digits and . _ @ : -",
          "a path is written ${file:PATH}");
      return "";
    }
    String hint = "systemd sets it with LoadCredential=" + name + ":PATH";
    if (credentials == null || credentials.isEmpty()) {
      problems.settle(
          at,
          placeholder + ", and " + CREDENTIALS + " is not set",
          "to be started by systemd with that credential",
          hint);
      return "";
    }
    return content(credentials + "/" + name, placeholder, at, problems, hint);
  }

  /** The directory of systemd's credentials keeps others out; any other may not. */
  private String file(String name, String placeholder, Pointer at, Problems problems) {
    try {
      SettingsProblem exposed = SecretFile.exposed("", directory.resolve(name));
      if (exposed != null) {
        problems.settle(
            at, placeholder + ", " + exposed.found(), exposed.expected(), exposed.hint());
        return "";
      }
    } catch (InvalidPathException e) {
      // told below
    }
    return content(
        name, placeholder, at, problems, "relative paths are relative to the configuration file");
  }

  private String content(
      String name, String placeholder, Pointer at, Problems problems, String hint) {
    try (InputStream in = Files.newInputStream(directory.resolve(name))) {
      byte[] bytes = in.readNBytes(MAX_FILE + 1);
      if (bytes.length > MAX_FILE) {
        problems.settle(at, placeholder + ", which is larger", "at most 64 KiB", "");
        return "";
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.replaceFirst("\\r?\\n\\z", "");
    } catch (IOException | InvalidPathException e) {
      problems.settle(
          at,
          placeholder + ", which cannot be read (" + e.getClass().getSimpleName() + ")",
          "a readable file with text",
          hint);
      return "";
    }
  }
}
