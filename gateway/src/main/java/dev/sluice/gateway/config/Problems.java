package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Gathers everything that is wrong with one document, so that it can be told at once. */
final class Problems {

  private static final int MAX_TOLD = 100;

  private final YamlTree tree;
  private final List<ConfigProblem> errors = new ArrayList<>();
  private final List<ConfigProblem> warnings = new ArrayList<>();
  private final Set<Pointer> places = new HashSet<>();
  private final Set<Pointer> settled = new HashSet<>();
  private UnaryOperator<String> hide = UnaryOperator.identity();

  Problems(YamlTree tree) {
    this.tree = tree;
    for (YamlTree.Flaw flaw : tree.problems()) {
      errors.add(flaw.problem());
      settled.add(flaw.at());
      mark(flaw.at());
    }
  }

  /** From here on every text of a message passes through this. */
  void hiding(UnaryOperator<String> secrets) {
    this.hide = secrets;
  }

  void add(Pointer at, String found, String expected, String hint) {
    if (!settled.contains(at)) {
      errors.add(problem(at, found, expected, hint));
      mark(at);
    }
  }

  /** As {@link #add}, and what else may be found wrong with this value is only a consequence. */
  void settle(Pointer at, String found, String expected, String hint) {
    add(at, found, expected, hint);
    settled.add(at);
  }

  void warn(Pointer at, String found, String expected, String hint) {
    warnings.add(problem(at, found, expected, hint));
  }

  /** What stands there in the file, placeholders of secrets as they are. */
  JsonNode written(Pointer at) {
    JsonNode node = tree.json();
    for (String step : at.steps()) {
      node = node.isArray() ? node.path(Integer.parseInt(step)) : node.path(step);
    }
    return node;
  }

  /** Whether nothing wrong was found there or below, so that it can be read further. */
  boolean clean(Pointer at) {
    return !places.contains(at);
  }

  List<ConfigProblem> warnings() {
    return inOrder(warnings);
  }

  /** Ends the reading when something was wrong. */
  void throwIfAny() throws ConfigException {
    if (errors.isEmpty()) {
      return;
    }
    List<ConfigProblem> told = inOrder(errors);
    if (told.size() > MAX_TOLD) {
      int more = told.size() - MAX_TOLD;
      told = new ArrayList<>(told.subList(0, MAX_TOLD));
      told.add(
          new ConfigProblem(
              tree.file(), 0, "", more + " more problems", "none", "fix these first"));
    }
    throw new ConfigException(told);
  }

  private void mark(Pointer at) {
    for (Pointer p = at; places.add(p) && !p.steps().isEmpty(); ) {
      p = new Pointer(p.steps().subList(0, p.steps().size() - 1));
    }
  }

  private ConfigProblem problem(Pointer at, String found, String expected, String hint) {
    return new ConfigProblem(
        tree.file(),
        tree.lineOf(at),
        hide.apply(at.toString()),
        hide.apply(found),
        hide.apply(expected),
        hide.apply(hint));
  }

  private static List<ConfigProblem> inOrder(List<ConfigProblem> problems) {
    return problems.stream()
        .distinct()
        .sorted(Comparator.comparingInt(ConfigProblem::line))
        .toList();
  }
}
