package io.detektor.loadtester.drill;

import io.detektor.loadtester.report.RunResult;
import java.util.List;
import java.util.Locale;

/** The drill as one page that opens without a network. Stateless. */
final class DrillPage {

    private static final String STYLE =
            """
            :root{color-scheme:light dark;--line:#8884;--ok:#18794e;--bad:#c62a2f;--may:#ad5700}
            @media(prefers-color-scheme:dark){:root{--ok:#4cc38a;--bad:#ff6369;--may:#f1a10d}}
            body{font:15px/1.45 system-ui,sans-serif;max-width:78rem;margin:auto;padding:1rem}
            .wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
            th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:left}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
            .PASS{color:var(--ok)}.FAIL{color:var(--bad)}.INCONCLUSIVE,.LEFT{color:var(--may)}
            .verdict{font-weight:600}summary{cursor:pointer;padding:.3rem 0}
            pre{overflow-x:auto;font-size:.8rem}small{opacity:.75}
            """;

    private DrillPage() {}

    static String html(DrillReport report) {
        StringBuilder page = new StringBuilder();
        page.append("<!doctype html>\n<html lang=en><meta charset=utf-8>");
        page.append("<meta name=viewport content='width=device-width,initial-scale=1'>");
        page.append("<title>Drill ").append(text(report.name())).append(": ");
        page.append(report.outcome()).append("</title><style>").append(STYLE).append("</style>");
        page.append("<h1>Drill ").append(text(report.name())).append(": ");
        page.append(verdict(report.outcome())).append("</h1><p>Started ");
        page.append(text(report.started())).append(", ").append(report.durationMs() / 1000);
        page.append(" s, seed ").append(report.seed());
        page.append(report.interrupted() ? ", interrupted</p>" : "</p>");
        list(page, "Why", report.reasons());
        matrix(page, report);
        selfTests(page, report);
        list(page, "Configuration", report.lint().stream().map(Finding::toString).toList());
        page.append("<h2>Rows</h2>");
        report.rows().forEach(row -> details(page, row));
        return page.append("</html>\n").toString();
    }

    private static void matrix(StringBuilder page, DrillReport report) {
        page.append("<h2>Matrix</h2><div class=wide><table><tr><th class=n>#<th>fault<th>verdict");
        page.append("<th class=n>acked<th class=n>lost<th class=n>dup<th class=n>unexp.");
        page.append("<th class=n>corrupt<th class=n>stuck<th class=n>gap<th>expected");
        page.append("<th>with ack=master<th>report</tr>");
        for (DrillReport.RowResult row : report.rows()) {
            page.append("<tr>");
            cell(page, Integer.toString(row.number()), true);
            page.append("<td><a href='#row-").append(row.number()).append("'>");
            page.append(text(row.name())).append("</a></td><td>");
            page.append(verdict(row.outcome())).append("</td>");
            DrillReport.Numbers numbers = row.numbers();
            if (numbers == null) {
                page.append("<td colspan=9><small>");
                page.append(text(String.join("; ", row.reasons())))
                        .append("</small></td><td></td></tr>");
                continue;
            }
            cell(page, Long.toString(numbers.acked()), true);
            cell(page, Long.toString(numbers.lost()), true);
            cell(page, Long.toString(numbers.duplicated()), true);
            cell(page, Long.toString(numbers.unexpected()), true);
            cell(page, Long.toString(numbers.corrupted()), true);
            cell(page, Long.toString(numbers.stuck()), true);
            cell(page, DrillTable.seconds(row.gapMs()) + " s", true);
            cell(page, row.gapExpected(), false);
            cell(page, DrillTable.control(row), false);
            page.append("<td><a href='").append(row.directory()).append("/result.json'>run</a>");
            DrillReport.Control control = row.control();
            if (control != null) {
                page.append(" <a href='").append(control.directory());
                page.append("/result.json'>control</a>");
            }
            page.append("</td></tr>");
        }
        page.append("</table></div>");
    }

    private static void selfTests(StringBuilder page, DrillReport report) {
        if (report.selfTests().isEmpty()) {
            return;
        }
        page.append("<h2>Self-tests of the checker</h2><div class=wide><table>");
        page.append("<tr><th>what was done behind its back<th>expected<th>seen<th></tr>");
        for (DrillReport.SelfTest test : report.selfTests()) {
            page.append("<tr>");
            cell(page, test.name(), false);
            cell(page, test.expected(), false);
            cell(page, test.seen(), false);
            page.append("<td>")
                    .append(
                            test.caught()
                                    ? "<span class='PASS verdict'>caught</span>"
                                    : "<span class='FAIL verdict'>not caught</span>");
            page.append("</td></tr>");
        }
        page.append("</table></div>");
    }

    private static void details(StringBuilder page, DrillReport.RowResult row) {
        page.append("<details id='row-").append(row.number()).append("'><summary>");
        page.append(row.number()).append(" ").append(text(row.name())).append(": ");
        page.append(verdict(row.outcome())).append("</summary><p>").append(text(row.topology()));
        page.append("; ").append(text(row.driver())).append("; master changed ");
        page.append(row.moves()).append(" times (expected: ").append(row.movesExpected());
        page.append("); gap expected ").append(text(row.gapExpected())).append(": ");
        page.append(text(row.gapSource())).append("</p>");
        list(page, "", row.reasons());
        list(page, "", row.notes());
        page.append("<pre>");
        row.faults().forEach(fault -> page.append(text(fault)).append('\n'));
        page.append('\n');
        for (RunResult.Event event : row.events()) {
            page.append(
                    String.format(
                            Locale.ROOT, "%9.3f s  %-9s ", event.tMs() / 1000.0, event.kind()));
            page.append(text(event.text())).append('\n');
        }
        page.append("</pre></details>");
    }

    private static void list(StringBuilder page, String heading, List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        if (!heading.isEmpty()) {
            page.append("<h2>").append(heading).append("</h2>");
        }
        page.append("<ul>");
        lines.forEach(line -> page.append("<li>").append(text(line)).append("</li>"));
        page.append("</ul>");
    }

    private static void cell(StringBuilder page, String value, boolean number) {
        page.append(number ? "<td class=n>" : "<td>").append(text(value)).append("</td>");
    }

    private static String verdict(String outcome) {
        return "<span class='" + outcome + " verdict'>" + outcome + "</span>";
    }

    private static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }
}
