package dev.sluice.gateway.config;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What plain scalars mean: the core schema of YAML 1.2 without its infinities, so that {@code on},
 * {@code no}, {@code 12:30} and dates stay the text that they look like.
 */
final class CoreResolver extends Resolver {

  private static final Pattern BOOLS = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern INTS = Pattern.compile("[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+");
  private static final Pattern FLOATS =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern NULLS = Pattern.compile("~|null|Null|NULL|");

  @Override
  protected void addImplicitResolvers() {
    addImplicitResolver(Tag.BOOL, BOOLS, "tTfF");
    addImplicitResolver(Tag.INT, INTS, "-+0123456789");
    addImplicitResolver(Tag.FLOAT, FLOATS, "-+.0123456789");
    addImplicitResolver(Tag.MERGE, MERGE, "<");
    addImplicitResolver(Tag.NULL, NULLS, "~nN\0");
    addImplicitResolver(Tag.NULL, EMPTY, null);
  }
}
