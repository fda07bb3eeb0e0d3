package io.detektor.loadtester.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that {@code --out DIR} holds, from a result: the one door to it. Each file is there
 * whole, or not at all; {@code result.json} comes first, as every other one can be made from it.
 */
public final class ReportFiles {

    private ReportFiles() {}

    /**
     * What was written.
     *
     * @param report the page for people
     * @param files every file
     * @param notes what was left out, in words; empty when nothing was
     */
    public record Written(Path report, List<Path> files, List<String> notes) {
        public Written {
            files = List.copyOf(files);
            notes = List.copyOf(notes);
        }
    }

    /**
     * Writes all files, over those of an earlier run.
     *
     * @param directory made when it is not there
     * @throws IOException when there is no room for one, or no right to write; its message says
     *     which and why in one line
     */
    public static Written write(RunResult result, Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        String name = ResultFile.NAME;
        try {
            files.add(ResultFile.write(result, directory));
            name = "timeline.csv";
            files.add(text(directory, name, TimelineCsv.of(result)));
            name = "summary.md";
            files.add(text(directory, name, MarkdownSummary.of(result)));
            name = "junit.xml";
            files.add(text(directory, name, JUnitXml.of(result)));
            name = "latency.hgrm";
            files.add(WholeFile.write(directory, name, HistogramFiles.distribution(result)));
            name = "latency.hlog";
            files.add(WholeFile.write(directory, name, HistogramFiles.log(result)));
            name = "report.html";
            Path report = text(directory, name, HtmlReport.of(result));
            files.add(report);
            name = "latency.png";
            Optional<byte[]> picture = Picture.of(result, notes::add);
            if (picture.isPresent()) {
                files.add(WholeFile.write(directory, name, picture.get()));
            }
            return new Written(report, files, notes);
        } catch (IOException e) {
            throw notWritten(directory, name, e);
        }
    }

    /**
     * Writes the page about several runs.
     *
     * @return {@code report.html}
     * @throws IOException when that cannot be done; its message says why in one line
     */
    public static Path write(Overview overview, Path directory) throws IOException {
        return write("report.html", overview.html(), directory);
    }

    /**
     * Writes a file of text that stands beside those of runs.
     *
     * @throws IOException when that cannot be done; its message says why in one line
     */
    public static Path write(String name, String text, Path directory) throws IOException {
        try {
            return text(directory, name, text);
        } catch (IOException e) {
            throw notWritten(directory, name, e);
        }
    }

    /**
     * Writes {@code diff.html}.
     *
     * @throws IOException when that cannot be done; its message says why in one line
     */
    public static Path write(Comparison comparison, Path directory) throws IOException {
        return write("diff.html", HtmlDiff.of(comparison), directory);
    }

    private static IOException notWritten(Path directory, String name, IOException e) {
        return new IOException(directory.resolve(name) + " was not written: " + reason(e), e);
    }

    private static Path text(Path directory, String name, String text) throws IOException {
        return WholeFile.write(directory, name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The system's own words, without the path that is said already. */
    static String reason(IOException failure) {
        return failure instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : failure instanceof java.nio.file.AccessDeniedException
                        ? "no right to write there"
                        : String.valueOf(failure.getMessage());
    }
}
