package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.InvalidValueException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/**
 * Options in a YAML file: {@code rate: 500}, one key for each option, named without its dashes; a
 * list where an option takes several values. Loaded only when there is such a file.
 *
 * @param values by option
 */
record Workload(Map<String, Value> values) {

    private static final int LARGEST = 1024 * 1024;

    /** What separates several values of these; of all others it is a comma. */
    private static final Set<String> BY_SEMICOLON = Set.of("--threshold", "--fault");

    /**
     * A value.
     *
     * @param text as it would be typed
     * @param origin file, line and key, for messages
     */
    record Value(String text, String origin) {}

    /**
     * Reads a file.
     *
     * @param name what the file was given with
     * @param options those there are, with dashes
     * @throws InvalidValueException naming file, line and key of what does not fit
     */
    static Workload read(String name, String file, Set<String> options) {
        Node root;
        String shortName;
        try {
            Path path = Path.of(file);
            shortName = String.valueOf(path.getFileName());
            if (Files.size(path) > LARGEST) {
                throw new InvalidValueException(name, file, "a YAML file of up to 1MB");
            }
            LoaderOptions limits = new LoaderOptions();
            limits.setAllowDuplicateKeys(false);
            root =
                    new Yaml(
                                    new SafeConstructor(limits),
                                    new Representer(new org.yaml.snakeyaml.DumperOptions()),
                                    new org.yaml.snakeyaml.DumperOptions(),
                                    limits)
                            .compose(new java.io.StringReader(Files.readString(path)));
        } catch (CharacterCodingException e) {
            throw new InvalidValueException(name, file, "a YAML file in UTF-8");
        } catch (IOException | InvalidPathException e) {
            throw new InvalidValueException(
                    name, file.replace("\0", "?"), "a YAML file that can be read");
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new InvalidValueException(
                    name, file + ":" + line, "YAML; " + firstLine(String.valueOf(e.getProblem())));
        } catch (YAMLException e) {
            throw new InvalidValueException(
                    name, file, "YAML; " + firstLine(String.valueOf(e.getMessage())));
        }
        return new Workload(values(shortName, root, options));
    }

    private static Map<String, Value> values(String file, Node root, Set<String> options) {
        Map<String, Value> values = new LinkedHashMap<>();
        if (root == null) {
            return values;
        }
        if (!(root instanceof MappingNode mapping)) {
            throw new InvalidValueException(
                    at(file, root), kind(root), "options, for instance 'rate: 500'");
        }
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw new InvalidValueException(
                        at(file, entry.getKeyNode()), kind(entry.getKeyNode()), "an option");
            }
            String option = "--" + key.getValue();
            String origin = at(file, key) + " " + key.getValue();
            if (!options.contains(option) || option.equals("--workload")) {
                throw new InvalidValueException(
                        origin, "unknown", "an option that --help lists, without its dashes");
            }
            Value value = new Value(text(origin, option, entry.getValueNode()), origin);
            if (values.put(option, value) != null) {
                throw new InvalidValueException(origin, value.text(), "each option once");
            }
        }
        return values;
    }

    private static String text(String origin, String option, Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw new InvalidValueException(origin, kind(node), "a value, or a list of values");
        }
        List<String> all = new ArrayList<>();
        for (Node each : sequence.getValue()) {
            if (!(each instanceof ScalarNode scalar)) {
                throw new InvalidValueException(origin, kind(each), "values in the list");
            }
            all.add(scalar.getValue());
        }
        return String.join(BY_SEMICOLON.contains(option) ? ";" : ",", all);
    }

    private static String at(String file, Node node) {
        return file + ":" + (node.getStartMark().getLine() + 1);
    }

    private static String kind(Node node) {
        return switch (node) {
            case MappingNode _ -> "keys and values";
            case SequenceNode _ -> "a list";
            case ScalarNode scalar -> scalar.getValue().lines().findFirst().orElse("");
            default -> node.getNodeId().name();
        };
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("it is not");
    }
}
