package io.detektor.telegramalerts.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.telegramalerts.Alert;
import io.detektor.telegramalerts.App;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The page in a real browser. */
class PageBrowserIntegrationTests {

    private static final String HOSTILE =
            "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

    @TempDir private static Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init") // before all
    private static ChromeDriver driver;

    @SuppressWarnings("NullAway.Init") // before all
    private static App app;

    @BeforeAll
    static void start() throws Exception {
        app = App.start(null, directory.resolve("outbox"));
        Alert over = Alert.firing("HostSlow", "warning", "h1");
        Alert hostile = Alert.firing("HostGone", "critical", "h2").saying(HOSTILE);
        Alert more = Alert.firing("HostDiskFull", "warning", "h2");
        post("g1", over);
        post("g1", over.resolved());
        post("g2", hostile, more);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium", "chromium-browser", "google-chrome").toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + directory.resolve("profile"));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        driver =
                new ChromeDriver(
                        new ChromeDriverService.Builder()
                                .usingDriverExecutable(program("chromedriver").toFile())
                                .usingAnyFreePort()
                                .build(),
                        options);
    }

    @AfterAll
    static void end() {
        driver.quit();
        app.close();
    }

    private static void post(String group, Alert... alerts) throws Exception {
        assertThat(app.post("/webhooks/alertmanager", Alert.message(group, alerts)).statusCode())
                .isEqualTo(200);
    }

    private static Path program(String... names) {
        return Stream.of(names)
                .flatMap(name ->
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(each -> Path.of(each, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                names[0] + ": not found (expected: Chromium and its driver)"));
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void showsWhatIsOpenAndWhatWasInBothSchemesOnAnyScreen(int width, boolean dark)
            throws IOException {
        open(width, dark);

        assertThat(text("topology"))
                .contains("Master unknown", "0 of 3 Sentinels", "nobody can fail over");
        assertThat(text("open")).contains("CRITICAL", "HostGone", "HostDiskFull on h2", HOSTILE);
        assertThat(text("history")).contains("HostSlow on h1", "lasted");
        assertThat(text("delivery")).contains("the log: no token");
        assertThat(text("state")).startsWith("1 open");
        assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        // the two schemes differ, and text can be told from its ground in each
        assertThat(contrast("document.body")).isGreaterThan(7);
        assertThat(contrast("document.querySelector('.small')")).isGreaterThan(4.5);
        assertThat(contrast("document.querySelector('b.critical')")).isGreaterThan(4.5);
        assertThat(luminance("getComputedStyle(document.body).backgroundColor") < 0.5)
                .isEqualTo(dark);
        assertThat(complaints()).isEmpty();
        Path shots = Files.createDirectories(Path.of("target", "screenshots"));
        Files.write(
                shots.resolve("page-" + width + (dark ? "-dark" : "-light") + ".png"),
                screenshot());
    }

    @Test
    void whatComesFromOutsideIsTextOnly() {
        open(1280, false);
        assertThat(driver.getTitle()).isEqualTo("(1) telegram-alerts");
        assertThat(number("document.images.length")).isZero();
        assertThat(number("document.scripts.length")).isEqualTo(1);
        assertThat(number("document.querySelectorAll('#open *[onerror]').length")).isZero();
    }

    @Test
    void followsWhatHappensByItself() throws Exception {
        open(1280, false);
        Alert late = Alert.firing("Late", "warning", "h9");
        post("g3", late);
        await().atMost(Duration.ofSeconds(10)).until(() -> text("open").contains("Late on h9"));
        post("g3", late.resolved());
        await().atMost(Duration.ofSeconds(10)).until(() -> text("history").contains("Late on h9"));
        assertThat(text("open")).doesNotContain("Late on h9");
    }

    private static void open(int width, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        dark ? "dark" : "light"))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        800,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        width < 600));
        complaints();
        driver.get(app.uri("/").toString());
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        driver.executeScript("return document.documentElement.dataset.shown")
                                != null);
    }

    private static String text(String id) {
        return String.valueOf(
                driver.executeScript("return document.getElementById('" + id + "').innerText"));
    }

    private static long number(String expression) {
        return ((Number) Objects.requireNonNull(driver.executeScript("return " + expression)))
                .longValue();
    }

    private static List<String> complaints() {
        return StreamSupport.stream(
                        driver.manage().logs().get(LogType.BROWSER).spliterator(), false)
                .map(LogEntry::getMessage)
                .toList();
    }

    /** WCAG 2: (lighter + 0.05) / (darker + 0.05), against the nearest ground that is painted. */
    private static double contrast(String element) {
        double text = luminance("getComputedStyle(" + element + ").color");
        double ground =
                luminance(
                        "(e => { while (getComputedStyle(e).backgroundColor === 'rgba(0, 0, 0, 0)')"
                                + " e = e.parentElement; return getComputedStyle(e).backgroundColor; })("
                                + element
                                + ")");
        return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    }

    private static double luminance(String color) {
        return ((Number)
                        Objects.requireNonNull(
                                driver.executeScript(
                                        "const [r, g, b] = ("
                                                + color
                                                + ").match(/[\\d.]+/g).map(c => c / 255).map(c => c <= 0.03928"
                                                + " ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));"
                                                + " return 0.2126 * r + 0.7152 * g + 0.0722 * b")))
                .doubleValue();
    }

    private static byte[] screenshot() {
        Map<String, Object> shot =
                driver.executeCdpCommand(
                        "Page.captureScreenshot",
                        Map.of("format", "png", "captureBeyondViewport", true));
        return Base64.getDecoder().decode(String.valueOf(shot.get("data")));
    }
}
