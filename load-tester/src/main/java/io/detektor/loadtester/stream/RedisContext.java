package io.detektor.loadtester.stream;

import io.detektor.redisha.autoconfigure.RedisHaAutoConfiguration;
import java.util.Map;
import org.springframework.aot.AotDetector;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.AotApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The application context of a run: redis-ha and what it stands on, and nothing else to start.
 * {@code spring.data.redis.*} and {@code redis-ha.*} of the environment and of the system
 * properties go before what the run asks for.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({RedisHaAutoConfiguration.class, DataRedisAutoConfiguration.class})
final class RedisContext {

    private RedisContext() {}

    /**
     * Starts one. Not with {@link SpringApplication}: its logging system, configuration files and
     * listeners take a quarter of a second, and a run has no use for them.
     */
    static GenericApplicationContext start(Map<String, Object> settings) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addLast(new MapPropertySource("run", settings));
        environment.setConversionService(new ApplicationConversionService());
        ConfigurationPropertySources.attach(environment);
        GenericApplicationContext context;
        if (AotDetector.useGeneratedArtifacts()) {
            context = new GenericApplicationContext();
            context.setEnvironment(environment);
            AotApplicationContextInitializer.forInitializerClasses(
                            RedisContext.class.getName() + "__ApplicationContextInitializer")
                    .initialize(context);
        } else {
            AnnotationConfigApplicationContext scanned = new AnnotationConfigApplicationContext();
            scanned.setEnvironment(environment);
            scanned.register(RedisContext.class);
            context = scanned;
        }
        context.getBeanFactory().setConversionService(environment.getConversionService());
        // what a run does not use is not made
        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
        context.refresh();
        return context;
    }

    /** Called by the build, which turns the bean definitions into code; never runs to its end. */
    static void main(String[] args) {
        SpringApplication.run(RedisContext.class, args);
    }
}
