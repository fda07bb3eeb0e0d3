package io.detektor.loadtester.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table of a page, as the template {@code table.html} takes it. */
final class Table {

    private final String title;
    private final String note;
    private final boolean wide;
    private final List<Map<String, Object>> columns = new ArrayList<>();
    private final List<Map<String, Object>> rows = new ArrayList<>();

    /**
     * @param note below the title; empty for none
     * @param wide whether it takes the whole width
     */
    Table(String title, String note, boolean wide) {
        this.title = title;
        this.note = note;
        this.wide = wide;
    }

    /** What a cell holds decides how it looks: the names of its classes in the style sheet. */
    record Cell(String text, String style) {

        static Cell text(String text) {
            return new Cell(text, "text");
        }

        static Cell key(String text) {
            return new Cell(text, "key");
        }

        static Cell number(String text) {
            return new Cell(text, "num");
        }

        static Cell number(long count) {
            return number(String.format(java.util.Locale.ROOT, "%,d", count));
        }

        /** What must be zero. */
        static Cell zero(long count) {
            return new Cell(number(count).text(), count == 0 ? "num" : "num bad");
        }
    }

    /** A column; numbers stand at its right end. */
    Table column(String text, boolean number) {
        columns.add(Map.of("text", text, "class", number ? "num" : ""));
        return this;
    }

    Table row(Cell... cells) {
        List<Map<String, Object>> row = new ArrayList<>();
        for (Cell cell : cells) {
            row.add(Map.of("text", cell.text(), "class", cell.style(), "span", false));
        }
        rows.add(Map.of("cells", row));
        return this;
    }

    /** A row that is one text. */
    Table line(String text, String style) {
        rows.add(
                Map.of(
                        "cells",
                        List.of(Map.of("text", text, "class", style, "span", columns.size()))));
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
