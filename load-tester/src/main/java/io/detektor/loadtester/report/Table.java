package io.detektor.loadtester.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table of a page, as the template {@code table.html} takes it. Not thread-safe. */
public final class Table {

    private final String title;
    private final String note;
    private final boolean wide;
    private final List<Map<String, Object>> columns = new ArrayList<>();
    private final List<Map<String, Object>> rows = new ArrayList<>();

    /**
     * @param note below the title; empty for none
     * @param wide whether it takes the whole width
     */
    public Table(String title, String note, boolean wide) {
        this.title = title;
        this.note = note;
        this.wide = wide;
    }

    /**
     * What a cell holds.
     *
     * @param style how it looks: the names of its classes in the style sheet
     * @param link where it leads, from the page; empty for nowhere
     */
    public record Cell(String text, String style, String link) {

        Cell(String text, String style) {
            this(text, style, "");
        }

        /** Some words. */
        public static Cell text(String text) {
            return new Cell(text, "text");
        }

        /** Words that stand out less, and are not broken. */
        public static Cell key(String text) {
            return new Cell(text, "key");
        }

        /** Words that stand out. */
        public static Cell bold(String text) {
            return new Cell(text, "text bold");
        }

        /** A number that has its form already. */
        public static Cell number(String text) {
            return new Cell(text, "num");
        }

        /** A count. */
        public static Cell number(long count) {
            return number(String.format(java.util.Locale.ROOT, "%,d", count));
        }

        /** What must be zero. */
        public static Cell zero(long count) {
            return new Cell(number(count).text(), count == 0 ? "num" : "num bad");
        }

        /** PASS, FAIL, INCONCLUSIVE, or a word for none of them. */
        public static Cell outcome(String outcome) {
            return new Cell(outcome, HtmlReport.style(outcome));
        }

        /** Something that has to be so. */
        public static Cell of(boolean good, String words, String otherwise) {
            return good ? new Cell(words, "good") : new Cell(otherwise, "bad");
        }

        /** The page of a run that is in a directory beside this one; nothing for no directory. */
        public static Cell run(String text, String directory) {
            return directory.isEmpty()
                    ? key("")
                    : new Cell(text, "key", directory + "/report.html");
        }

        /** A section of the same page. */
        public static Cell section(String text, String id) {
            return new Cell(text, "text", "#" + id);
        }
    }

    /** A column; numbers stand at its right end. */
    public Table column(String text, boolean number) {
        columns.add(Map.of("text", text, "class", number ? "num" : ""));
        return this;
    }

    /** A row, with a cell for each column. */
    public Table row(Cell... cells) {
        List<Map<String, Object>> row = new ArrayList<>();
        for (Cell cell : cells) {
            row.add(
                    Map.of(
                            "text",
                            cell.text(),
                            "class",
                            cell.style(),
                            "span",
                            false,
                            "link",
                            cell.link().isEmpty() ? false : cell.link()));
        }
        rows.add(Map.of("cells", row));
        return this;
    }

    /** A row that is one text. */
    public Table line(String text, String style) {
        rows.add(
                Map.of(
                        "cells",
                        List.of(
                                Map.of(
                                        "text",
                                        text,
                                        "class",
                                        style,
                                        "span",
                                        columns.size(),
                                        "link",
                                        false))));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    Map<String, Object> model() {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("title", title);
        model.put("note", note.isEmpty() ? false : note);
        model.put("class", wide ? "wide" : "");
        model.put("columns", columns);
        model.put("rows", rows);
        return model;
    }
}
