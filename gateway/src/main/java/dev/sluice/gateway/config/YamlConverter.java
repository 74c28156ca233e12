package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns YAML nodes into JSON ones. A node that aliases point to is converted once and shared, so
 * time and memory follow the size of the file; what it unfolds to is counted and bounded, because
 * everybody behind walks it in full.
 */
final class YamlConverter {

  static final int MAX_MERGES = 8;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MAX_NUMBER = 40;
  private static final int MAX_EXPONENT = 400;

  /** What a node became, and how many values it unfolds to. */
  private record Converted(JsonNode json, long values) {}

  private final String file;
  private final ConfigLimits limits;
  private final List<YamlTree.Flaw> problems = new ArrayList<>();
  private final IdentityHashMap<Node, Converted> done = new IdentityHashMap<>();
  private final List<Node> open = new ArrayList<>();

  YamlConverter(String file, ConfigLimits limits) {
    this.file = file;
    this.limits = limits;
  }

  List<YamlTree.Flaw> problems() {
    return List.copyOf(problems);
  }

  JsonNode convert(Node root) throws ConfigException {
    return value(root, Pointer.ROOT).json();
  }

  private Converted value(Node node, Pointer at) throws ConfigException {
    Converted known = done.get(node);
    if (known != null) {
      return known;
    }
    if (open.contains(node)) {
      throw refused(node, at, "an alias of something that contains it", "a tree");
    }
    open.add(node);
    Converted result =
        node instanceof MappingNode mapping
            ? mapping(mapping, at)
            : node instanceof SequenceNode list
                ? list(list, at)
                : new Converted(scalar((ScalarNode) node, at), 1);
    open.remove(open.size() - 1);
    if (result.values() > limits.maxValues()) {
      throw refused(
          node,
          at,
          "aliases that unfold to more than " + limits.maxValues() + " values",
          "at most that many");
    }
    done.put(node, result);
    return result;
  }

  private Converted mapping(MappingNode node, Pointer at) throws ConfigException {
    if (!node.getTag().equals(Tag.MAP)) {
      tag(node, at);
    }
    ObjectNode json = NODES.objectNode();
    long values = 1;
    Map<String, Integer> lines = new HashMap<>();
    for (NodeTuple entry : node.getValue()) {
      if (entry.getKeyNode().getTag().equals(Tag.MERGE)) {
        continue;
      }
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        add(entry.getKeyNode(), at, "a key that is a mapping or a list", "a name", "");
        continue;
      }
      String name = key.getValue();
      Integer first = lines.putIfAbsent(name, line(key));
      if (first != null) {
        add(
            key,
            at.then(name),
            "the key " + Texts.quoted(name) + " a second time",
            "each key once",
            "it stands in line " + first + " already");
        continue;
      }
      Converted value = value(entry.getValueNode(), at.then(name));
      json.set(name, value.json());
      values += value.values();
    }
    for (NodeTuple entry : node.getValue()) {
      if (entry.getKeyNode().getTag().equals(Tag.MERGE)) {
        values += merge(entry.getValueNode(), json, at);
      }
    }
    return new Converted(json, values);
  }

  /** Adds what the mapping does not say itself, as {@code <<} wants it. */
  private long merge(Node from, ObjectNode into, Pointer at) throws ConfigException {
    long values = 0;
    List<Node> sources = from instanceof SequenceNode list ? list.getValue() : List.of(from);
    for (Node source : sources) {
      if (open.contains(source)) {
        throw refused(source, at, "an alias of something that contains it", "a tree");
      }
      Converted merged = value(source, at);
      if (!(merged.json() instanceof ObjectNode mapping)) {
        add(source, at, Texts.found(merged.json()) + " behind <<", "an alias of a mapping", "");
        continue;
      }
      values += merged.values();
      for (Map.Entry<String, JsonNode> entry : mapping.properties()) {
        into.putIfAbsent(entry.getKey(), entry.getValue());
      }
    }
    return values;
  }

  private Converted list(SequenceNode node, Pointer at) throws ConfigException {
    if (!node.getTag().equals(Tag.SEQ)) {
      tag(node, at);
    }
    var json = NODES.arrayNode();
    long values = 1;
    int index = 0;
    for (Node item : node.getValue()) {
      Converted value = value(item, at.then(Integer.toString(index++)));
      json.add(value.json());
      values += value.values();
    }
    return new Converted(json, values);
  }

  private JsonNode scalar(ScalarNode node, Pointer at) {
    String text = node.getValue();
    Tag tag = node.getTag();
    if (tag.equals(Tag.STR) || tag.equals(Tag.MERGE)) {
      return NODES.textNode(text);
    } else if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    } else if (tag.equals(Tag.BOOL) && text.matches("(?i)true|false")) {
      return NODES.booleanNode(Boolean.parseBoolean(text));
    } else if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return number(node, at);
    }
    tag(node, at);
    return NODES.textNode(text);
  }

  private JsonNode number(ScalarNode node, Pointer at) {
    String text = node.getValue();
    try {
      if (text.length() <= MAX_NUMBER) {
        if (node.getTag().equals(Tag.INT)) {
          return integer(text);
        }
        var decimal = new BigDecimal(text);
        if (Math.abs((long) decimal.scale()) <= MAX_EXPONENT) {
          return DecimalNode.valueOf(decimal);
        }
      }
    } catch (NumberFormatException e) {
      // Said below, together with those that are too long.
    }
    add(node, at, Texts.quoted(text), "a number of at most " + MAX_NUMBER + " digits", "");
    return NODES.nullNode();
  }

  private static JsonNode integer(String text) {
    BigInteger value =
        text.startsWith("0x")
            ? new BigInteger(text.substring(2), 16)
            : text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
    return value.bitLength() < 32
        ? NODES.numberNode(value.intValue())
        : value.bitLength() < 64 ? NODES.numberNode(value.longValue()) : NODES.numberNode(value);
  }

  private void tag(Node node, Pointer at) {
    add(
        node,
        at,
        "the tag " + Texts.printable(node.getTag().getValue(), 60),
        "plain data",
        "leave the tag out");
  }

  private void add(Node node, Pointer at, String found, String expected, String hint) {
    problems.add(
        new YamlTree.Flaw(
            at, new ConfigProblem(file, line(node), at.toString(), found, expected, hint)));
  }

  private ConfigException refused(Node node, Pointer at, String found, String expected) {
    return new ConfigException(
        List.of(new ConfigProblem(file, line(node), at.toString(), found, expected, "")));
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }
}
