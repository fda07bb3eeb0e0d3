package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page at / in a real browser, on a set whose master is switched. */
class PageIntegrationTests {

    private static final Path SCREENSHOT = Path.of("target", "page.png");

    @TempDir Path profile;

    @Test
    void showsTopologyRatesBufferAndFailovers() throws Exception {
        try (LocalSet set = LocalSet.builder().start();
                Service service = Service.start(set, Service.newName())) {
            ChromeDriver browser = browser();
            try {
                browser.get(service.base().toString() + "/");
                awaitText(browser, "state", "live");
                awaitText(browser, "nodes", "master");
                Node master = set.master();
                assertThat(text(browser, "nodes"))
                        .contains(master.host() + ":" + master.port() + " master serves")
                        .contains("replica in sync")
                        .contains("sentinel answers");
                assertThat(text(browser, "failovers")).isEqualTo("none");

                AtomicBoolean stop = new AtomicBoolean();
                Thread load =
                        Thread.ofVirtual()
                                .start(() -> {
                                    while (!stop.get()) {
                                        var _ =
                                                service.enqueue(
                                                        "{\"frame_id\":\"<b>x</b>\"}", null);
                                    }
                                });
                try {
                    await().atMost(Duration.ofSeconds(20)).until(() -> number(browser, "in") > 1);
                    await().atMost(Duration.ofSeconds(20)).until(() -> number(browser, "p99") > 0);
                    set.switchMaster();
                    awaitText(browser, "failovers", " ms");
                } finally {
                    stop.set(true);
                }
                assertThat(load.join(Duration.ofSeconds(30))).isTrue();
                assertThat(text(browser, "failovers"))
                        .contains(master.host() + ":" + master.port());
                assertThat(text(browser, "buffer")).contains("frames waiting", "dead letters");
                assertThat(browser.findElements(By.cssSelector("#rates polyline"))).hasSize(3);
                Files.createDirectories(SCREENSHOT.getParent());
                Files.write(SCREENSHOT, browser.getScreenshotAs(OutputType.BYTES));
                assertThat(SCREENSHOT).isNotEmptyFile();

                assertThat(browser.manage().logs().get(LogType.BROWSER))
                        .extracting(LogEntry::getMessage)
                        .isEmpty();
                assertThat(requests(browser))
                        .as("nothing from elsewhere")
                        .isNotEmpty()
                        .allMatch(url ->
                                url.startsWith(service.base().toString())
                                        || url.startsWith("data:"));
            } finally {
                browser.quit();
            }
        }
    }

    private static String text(ChromeDriver browser, String id) {
        return browser.findElement(By.id(id)).getText();
    }

    private static double number(ChromeDriver browser, String id) {
        String text = text(browser, id).replace(",", "");
        return text.matches("[0-9.]+") ? Double.parseDouble(text) : 0;
    }

    private static void awaitText(ChromeDriver browser, String id, String expected) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(text(browser, id)).contains(expected));
    }

    /** Every address that the page asked for. */
    private static Stream<String> requests(ChromeDriver browser) {
        return browser.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> JsonMapper.shared().readTree(entry.getMessage()).path("message"))
                .filter(message ->
                        message.path("method").asString().equals("Network.requestWillBeSent"))
                .map(message -> message.at("/params/request/url"))
                .map(JsonNode::asString)
                // what the browser shows before this page
                .filter(url -> !url.startsWith("chrome:"));
    }

    private ChromeDriver browser() {
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
                "--window-size=1200,1000",
                "--user-data-dir=" + profile);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        return new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(program("chromedriver").toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
    }

    private static Path program(String... names) {
        return Stream.of(names)
                .flatMap(name ->
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                names[0]
                                        + ": not found (expected: Chromium and its driver; install"
                                        + " them, for instance: apt-get install chromium"
                                        + " chromium-driver)"));
    }
}
