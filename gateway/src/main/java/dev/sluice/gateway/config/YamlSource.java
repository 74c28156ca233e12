package dev.sluice.gateway.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML as plain data: no tags that make objects, no more bytes, values or depth than allowed.
 */
final class YamlSource {

  private static final int MAX_DEPTH = 50;

  private final ConfigLimits limits;

  YamlSource(ConfigLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads a file; never more than the limit of it.
   *
   * @throws ConfigException when it cannot be read or is no YAML; problems with single values go to
   *     {@link YamlTree#problems()}
   */
  YamlTree read(Path file) throws ConfigException {
    String name = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limits.maxBytes() + 1);
      if (bytes.length > limits.maxBytes()) {
        long size = Files.size(file);
        throw refused(
            name,
            0,
            (size > bytes.length ? size : "more than " + limits.maxBytes()) + " bytes",
            "at most " + limits.maxBytes(),
            "is this the right file? --max-size allows more");
      }
      return parse(name, bytes);
    } catch (NoSuchFileException e) {
      throw refused(name, 0, "no such file", "a configuration", "");
    } catch (AccessDeniedException e) {
      throw refused(name, 0, "a file that may not be read", "read permission", "");
    } catch (IOException e) {
      String why =
          Files.isDirectory(file) ? "a directory" : "an unreadable file: " + e.getMessage();
      throw refused(name, 0, why, "a configuration file", "");
    }
  }

  /**
   * Reads a text.
   *
   * @param name what messages call it
   * @throws ConfigException as {@link #read}
   */
  YamlTree parse(String name, byte[] bytes) throws ConfigException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused(name, lineOfBadByte(bytes), "bytes that are no UTF-8", "text in UTF-8", "");
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    var options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(limits.maxBytes());
    // The tree names every tag that it does not want; nothing here makes objects of them.
    options.setTagInspector(tag -> true);
    // Aliases cost nothing by themselves; what they unfold to is counted by the tree.
    options.setMaxAliasesForCollections(Integer.MAX_VALUE);
    try {
      var parser = new ParserImpl(new StreamReader(text), options);
      Node root = new Composer(parser, new CoreResolver(), options).getSingleNode();
      if (root == null) {
        throw refused(name, 0, "no content", "a configuration", "start with gateway: { id: … }");
      }
      return YamlTree.build(name, root, limits);
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
      throw refused(name, mark == null ? 0 : mark.getLine() + 1, problem(e), "YAML", hint(e));
    } catch (ReaderException e) {
      int line = (int) text.codePoints().limit(e.getPosition()).filter(c -> c == '\n').count() + 1;
      throw refused(
          name,
          line,
          String.format("the character U+%04X", e.getCodePoint()),
          "printable text",
          "");
    } catch (YAMLException e) {
      throw refused(name, 0, Texts.printable(String.valueOf(e.getMessage()), 200), "YAML", "");
    }
  }

  private static String problem(MarkedYAMLException e) {
    String context = e.getContext() == null ? "" : e.getContext() + ": ";
    return Texts.printable("a syntax error (" + context + e.getProblem() + ")", 200);
  }

  private static String hint(MarkedYAMLException e) {
    String problem = String.valueOf(e.getProblem());
    if (problem.contains("(TAB)")) {
      return "indent with spaces, not with tabs";
    }
    return problem.contains("mapping values are not allowed")
        ? "check the indentation and quote texts that contain a colon"
        : "";
  }

  private static int lineOfBadByte(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length);
    // Stops in front of the first byte that it cannot decode.
    var unused = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    return (int) out.flip().chars().filter(c -> c == '\n').count() + 1;
  }

  private static ConfigException refused(
      String name, int line, String found, String expected, String hint) {
    return new ConfigException(List.of(new ConfigProblem(name, line, "", found, expected, hint)));
  }
}
