package io.detektor.telegramalerts;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the service. */
@SpringBootApplication
public class TelegramAlertsApplication {

    public static void main(String[] args) {
        SpringApplication.run(TelegramAlertsApplication.class, args);
    }
}
