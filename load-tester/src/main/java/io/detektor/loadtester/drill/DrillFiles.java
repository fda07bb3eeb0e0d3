package io.detektor.loadtester.drill;

import io.detektor.loadtester.report.ReportFiles;
import io.detektor.loadtester.report.ResultFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes what a drill leaves: {@code drill.json}, {@code summary.md}, JUnit, the page. */
final class DrillFiles {

    private DrillFiles() {}

    /**
     * Writes everything.
     *
     * @throws IOException when the directory cannot be written to
     */
    static void write(DrillReport report, Path directory) throws IOException {
        json("drill.json", report, directory);
        ReportFiles.write("summary.md", markdown(report), directory);
        ReportFiles.write("junit.xml", junit(report), directory);
        ReportFiles.write(DrillPage.of(report), directory);
    }

    /** The same of a soak, or a study of gaps. */
    static void write(SeriesReport report, Path directory) throws IOException {
        json("drill.json", report, directory);
        ReportFiles.write("summary.md", report.markdown(), directory);
        ReportFiles.write(SeriesPage.of(report), directory);
    }

    static void json(String name, Object content, Path directory) throws IOException {
        ReportFiles.write(name, ResultFile.json(content) + "\n", directory);
    }

    static String markdown(DrillReport report) {
        StringBuilder text = new StringBuilder();
        text.append("# Drill ").append(report.name()).append(": ").append(report.outcome());
        text.append("\n\nStarted ").append(report.started());
        text.append(", ").append(report.durationMs() / 1000).append(" s, seed ");
        text.append(report.seed()).append(report.interrupted() ? ", interrupted" : "");
        text.append(
                "\n\n| # | fault | verdict | acked | lost | duplicated | unexpected | corrupted |"
                        + " stuck | gap s | expected s | with ack=master |\n"
                        + "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (DrillReport.RowResult row : report.rows()) {
            DrillReport.Numbers numbers = row.numbers();
            text.append("| ").append(row.number()).append(" | ").append(row.name());
            text.append(" | ").append(row.outcome()).append(" | ");
            if (numbers == null) {
                text.append(" | | | | | | | | ").append(String.join("; ", row.reasons()));
                text.append(" |\n");
                continue;
            }
            text.append(numbers.acked()).append(" | ").append(numbers.lost());
            text.append(" | ").append(numbers.duplicated()).append(" | ");
            text.append(numbers.unexpected()).append(" | ").append(numbers.corrupted());
            text.append(" | ").append(numbers.stuck()).append(" | ");
            text.append(DrillTable.seconds(row.gapMs())).append(" | ").append(row.gapExpected());
            text.append(" | ").append(DrillTable.control(row)).append(" |\n");
        }
        text.append('\n');
        for (DrillReport.SelfTest test : report.selfTests()) {
            text.append("- self-test: ").append(test.name()).append(": ").append(test.seen());
            text.append(test.caught() ? ", caught\n" : ", NOT CAUGHT\n");
        }
        report.reasons().forEach(reason -> text.append("- ").append(reason).append('\n'));
        report.lint().forEach(finding -> text.append("- lint: ").append(finding).append('\n'));
        return text.toString();
    }

    /** A test case for each row, each control and each self-test. */
    static String junit(DrillReport report) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "drill " + report.name());
            xml.writeAttribute(
                    "tests", Integer.toString(report.rows().size() + report.selfTests().size()));
            xml.writeAttribute("failures", Long.toString(failures(report)));
            xml.writeAttribute(
                    "skipped",
                    Long.toString(
                            report.rows().stream().filter(DrillReport.RowResult::leftOut).count()));
            xml.writeAttribute("time", time(report.durationMs()));
            for (DrillReport.RowResult row : report.rows()) {
                row(xml, row);
            }
            for (DrillReport.SelfTest test : report.selfTests()) {
                xml.writeStartElement("testcase");
                xml.writeAttribute("classname", "drill.self-test");
                xml.writeAttribute("name", test.name());
                if (!test.caught()) {
                    failure(xml, test.seen() + " (expected: " + test.expected() + ")");
                }
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("junit.xml: " + e.getMessage(), e);
        }
        return text + "\n";
    }

    private static long failures(DrillReport report) {
        return report.rows().stream().filter(row -> row.exitCode() != 0).count()
                + report.selfTests().stream().filter(test -> !test.caught()).count();
    }

    private static void row(XMLStreamWriter xml, DrillReport.RowResult row)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "drill");
        xml.writeAttribute("name", "row " + row.number() + ": " + row.name());
        DrillReport.Numbers numbers = row.numbers();
        xml.writeAttribute("time", time(numbers == null ? 0 : numbers.durationMs()));
        if (row.leftOut()) {
            xml.writeStartElement("skipped");
            xml.writeAttribute("message", String.join("; ", row.reasons()));
            xml.writeEndElement();
        } else if (row.exitCode() != 0) {
            failure(xml, row.outcome() + ": " + String.join("; ", row.reasons()));
        }
        xml.writeEndElement();
    }

    private static void failure(XMLStreamWriter xml, String message) throws XMLStreamException {
        xml.writeStartElement("failure");
        xml.writeAttribute("message", message);
        xml.writeEndElement();
    }

    private static String time(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }
}
