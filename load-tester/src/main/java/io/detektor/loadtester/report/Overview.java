package io.detektor.loadtester.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A page about several runs: tables, and what can be unfolded, on the shell of a run's own page.
 *
 * @param title what it is about
 * @param outcome PASS, FAIL or INCONCLUSIVE
 * @param line the whole in one line
 * @param reasons why it is no pass
 * @param tables those that have no row are left out
 * @param sections folded
 */
public record Overview(
        String title,
        String outcome,
        String line,
        List<String> reasons,
        List<Table> tables,
        List<Section> sections) {

    public Overview {
        reasons = List.copyOf(reasons);
        tables = List.copyOf(tables);
        sections = List.copyOf(sections);
    }

    /**
     * One of many, folded.
     *
     * @param id what a link leads to, after its {@code #}
     */
    public record Section(
            String id, String title, String outcome, List<String> lines, Table table) {

        public Section {
            lines = List.copyOf(lines);
        }
    }

    /** The page. */
    String html() {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("heading", title);
        model.put("verdict", outcome);
        model.put("verdictClass", HtmlReport.style(outcome));
        model.put("line", line);
        model.put("reasons", reasons);
        model.put("hasReasons", !reasons.isEmpty());
        model.put(
                "tables",
                tables.stream().filter(table -> !table.isEmpty()).map(Table::model).toList());
        List<Map<String, Object>> folded = new ArrayList<>();
        for (Section section : sections) {
            folded.add(
                    Map.of(
                            "id", section.id(),
                            "title", section.title(),
                            "outcome", section.outcome(),
                            "style", HtmlReport.style(section.outcome()),
                            "lines", section.lines(),
                            "tables",
                                    section.table().isEmpty()
                                            ? List.of()
                                            : List.of(section.table().model())));
        }
        model.put("sections", folded);
        return Page.of(outcome + " – " + title, "overview", model);
    }
}
