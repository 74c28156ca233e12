package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A document as JSON, and where each value of it stands. Lines are looked up in the YAML nodes when
 * a message needs one: a map of all of them would cost more memory than the document.
 */
final class YamlTree {

  /** Something wrong with one value, which the tree lacks or has replaced. */
  record Flaw(Pointer at, ConfigProblem problem) {}

  private final String file;
  private final Node yaml;
  private final JsonNode json;
  private final List<Flaw> problems;

  private YamlTree(String file, Node yaml, JsonNode json, List<Flaw> problems) {
    this.file = file;
    this.yaml = yaml;
    this.json = json;
    this.problems = problems;
  }

  static YamlTree build(String file, Node yaml, ConfigLimits limits) throws ConfigException {
    var converter = new YamlConverter(file, limits);
    JsonNode json = converter.convert(yaml);
    return new YamlTree(file, yaml, json, converter.problems());
  }

  String file() {
    return file;
  }

  JsonNode json() {
    return json;
  }

  /**
   * Duplicate keys, tags, numbers that are none; the tree lacks or replaces what they are about.
   */
  List<Flaw> problems() {
    return problems;
  }

  /** The line of the value there, or of the nearest one above that exists; from 1. */
  int lineOf(Pointer pointer) {
    Node node = yaml;
    int line = yaml.getStartMark().getLine();
    for (String step : pointer.steps()) {
      Node next = null;
      if (node instanceof MappingNode mapping) {
        NodeTuple entry = entry(mapping, step, 0);
        if (entry != null) {
          next = entry.getValueNode();
          line = entry.getKeyNode().getStartMark().getLine();
        }
      } else if (node instanceof SequenceNode list) {
        next = item(list, step);
        line = next == null ? line : next.getStartMark().getLine();
      }
      if (next == null) {
        break;
      }
      node = next;
    }
    return line + 1;
  }

  private static @Nullable Node item(SequenceNode list, String step) {
    try {
      int index = Integer.parseInt(step);
      return index >= 0 && index < list.getValue().size() ? list.getValue().get(index) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable NodeTuple entry(MappingNode mapping, String key, int depth) {
    for (NodeTuple entry : mapping.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode k
          && !k.getTag().equals(Tag.MERGE)
          && k.getValue().equals(key)) {
        return entry;
      }
    }
    if (depth > YamlConverter.MAX_MERGES) {
      return null;
    }
    for (NodeTuple entry : mapping.getValue()) {
      if (!entry.getKeyNode().getTag().equals(Tag.MERGE)) {
        continue;
      }
      List<Node> sources =
          entry.getValueNode() instanceof SequenceNode list
              ? list.getValue()
              : List.of(entry.getValueNode());
      for (Node source : sources) {
        NodeTuple inherited =
            source instanceof MappingNode from ? entry(from, key, depth + 1) : null;
        if (inherited != null) {
          return inherited;
        }
      }
    }
    return null;
  }
}
