package io.detektor.loadtester.report;

import io.detektor.loadtester.verify.Threshold;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** {@code junit.xml}: a test case for each threshold, and for each set that must be empty. */
final class JUnitXml {

    /** One line of a build server's list. */
    private record Case(String suite, String name, boolean ok, String said) {}

    private JUnitXml() {}

    static String of(RunResult result) {
        List<Case> cases = new java.util.ArrayList<>();
        for (Threshold threshold : result.thresholds()) {
            cases.add(new Case("thresholds", threshold.expr(), threshold.ok(), threshold.value()));
        }
        for (Zero zero : Zero.of(result.proof())) {
            cases.add(
                    new Case(
                            "proof",
                            zero.what() + " == 0 (" + zero.where() + ")",
                            zero.count() == 0,
                            Long.toString(zero.count())));
        }
        boolean conclusive = !result.verdict().outcome().equals("INCONCLUSIVE");
        String reasons = String.join("; ", result.verdict().reasons());
        cases.add(
                new Case(
                        "verdict",
                        "the run is conclusive",
                        conclusive && !result.run().interrupted(),
                        reasons.isEmpty() ? result.verdict().outcome() : reasons));
        try {
            StringWriter text = new StringWriter();
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            write(result, cases, xml);
            xml.close();
            return text.toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("junit.xml: writing into memory failed", e);
        }
    }

    private static void write(RunResult result, List<Case> cases, XMLStreamWriter xml)
            throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", "load-tester " + printable(result.run().id()));
        xml.writeAttribute("tests", Integer.toString(cases.size()));
        xml.writeAttribute(
                "failures", Long.toString(cases.stream().filter(each -> !each.ok()).count()));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", "0");
        xml.writeAttribute("timestamp", printable(result.run().started()));
        xml.writeAttribute(
                "time", String.format(Locale.ROOT, "%.3f", result.run().durationMs() / 1000.0));
        for (Case each : cases) {
            xml.writeCharacters("\n  ");
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", "load-tester." + each.suite());
            xml.writeAttribute("name", printable(each.name()));
            xml.writeAttribute("time", "0");
            if (!each.ok()) {
                xml.writeStartElement("failure");
                xml.writeAttribute("message", printable("was " + each.said()));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    /** XML has no way to say most control characters. */
    private static String printable(String text) {
        return text.replaceAll(
                "[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?");
    }
}
