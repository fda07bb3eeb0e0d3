package io.detektor.loadtester.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A page in one file, with its charts and all that they need. Its content security policy lets
 * nothing be fetched and no script run but the two that are in it by their hashes, whatever the
 * texts of a result contain; and those are escaped all the same.
 */
final class Page {

    private static final String WEBJARS = "/META-INF/resources/webjars/uplot/";
    private static final String CHART_POM = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

    private static final Mustache.Compiler MUSTACHE =
            Mustache.compiler()
                    .escapeHTML(true)
                    .withLoader(name -> new StringReader(resource(name + ".html")));

    private Page() {}

    /**
     * What the charts are drawn from.
     *
     * @param end in seconds
     * @param bands when something was broken
     * @param switches when there was another master, in seconds
     */
    record Data(double end, List<Chart.Span> bands, List<Double> switches, List<Chart> charts) {}

    /**
     * Makes a page with charts.
     *
     * @param template of the body
     * @param model what the template speaks of; everything is escaped
     */
    static String of(String title, String template, Map<String, Object> model, Data data) {
        String version = chartVersion();
        String library = classpath(WEBJARS + version + "/dist/uPlot.iife.min.js");
        String libraryCss = classpath(WEBJARS + version + "/dist/uPlot.min.css");
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("charts", true);
        page.put("chartCss", libraryCss);
        page.put("chartVersion", version);
        page.put("chartLicence", classpath(WEBJARS + version + "/LICENSE"));
        page.put("chartScript", library);
        return whole(title, render(template, model), data, page, library, libraryCss);
    }

    /** Makes a page without charts, and without what draws them. */
    static String of(String title, String template, Map<String, Object> model) {
        return whole(
                title,
                render(template, model),
                new Data(0, List.of(), List.of(), List.of()),
                Map.of("charts", false),
                "",
                "");
    }

    private static String whole(
            String title,
            String body,
            Data data,
            Map<String, Object> charts,
            String library,
            String libraryCss) {
        String script = resource("report.js");
        String css = resource("report.css");
        Map<String, Object> page = new LinkedHashMap<>(charts);
        page.put("title", title);
        page.put("css", css);
        page.put("styleHashes", hashes(libraryCss, css));
        page.put("scriptHashes", hashes(library, script));
        page.put("body", body);
        // a script element ends at "</", whatever its type; JSON needs no "<" outside of strings
        page.put("data", ResultFile.compact(data).replace("<", "\\u003c"));
        page.put("script", script);
        return render("page", page);
    }

    private static String render(String template, Map<String, Object> model) {
        return MUSTACHE.compile(resource(template + ".html")).execute(model);
    }

    private static String hashes(String... texts) {
        StringBuilder hashes = new StringBuilder();
        for (String text : texts) {
            if (!text.isEmpty()) {
                hashes.append(hashes.isEmpty() ? "" : " ").append(hash(text));
            }
        }
        return hashes.toString();
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: every Java has it", e);
        }
    }

    private static String chartVersion() {
        Properties properties = new Properties();
        try (StringReader text = new StringReader(classpath(CHART_POM))) {
            properties.load(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static String resource(String name) {
        return classpath("/io/detektor/loadtester/report/" + name);
    }

    private static String classpath(String path) {
        try (InputStream in = Page.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + ": not in this program");
            }
            // a browser reads every end of line as \n, and hashes what it read
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
