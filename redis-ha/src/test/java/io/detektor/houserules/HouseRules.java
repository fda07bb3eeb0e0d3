package io.detektor.houserules;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What holds in every module. Each module calls {@link #check} once, naming its base package and
 * the packages in which Redis's driver may be spoken.
 */
public final class HouseRules {

    private HouseRules() {}

    /**
     * Checks the main classes under a base package.
     *
     * @param basePackage for instance {@code io.detektor.framebuffer}
     * @param driverPackages packages that may use Lettuce or Spring Data Redis, as ArchUnit writes
     *     them ({@code io.detektor.framebuffer.stream..})
     * @param domainPackages packages of plain records, free of Spring and of the driver
     * @throws AssertionError listing each violation
     */
    public static void check(
            String basePackage, List<String> driverPackages, List<String> domainPackages) {
        JavaClasses main =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages(basePackage);
        List<ArchRule> rules = new ArrayList<>(common(basePackage));
        String[] drivers = driverPackages.toArray(String[]::new);
        rules.add(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(drivers)
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                        "io.lettuce..", "org.springframework.data.redis.."))
                        .because("the driver is spoken in adapters only")
                        .allowEmptyShould(true));
        if (!domainPackages.isEmpty()) {
            rules.add(
                    noClasses()
                            .that()
                            .resideInAnyPackage(domainPackages.toArray(String[]::new))
                            .should()
                            .dependOnClassesThat(
                                    resideInAnyPackage("org.springframework..", "io.lettuce.."))
                            .because("domain types are plain Java"));
        }
        for (ArchRule rule : rules) {
            rule.check(main);
        }
    }

    private static List<ArchRule> common(String basePackage) {
        return List.of(
                slices().matching(basePackage + ".(*)..")
                        .should()
                        .beFreeOfCycles()
                        .allowEmptyShould(true),
                noClasses()
                        .should()
                        .callMethod(Instant.class, "now")
                        .orShould()
                        .callMethod(System.class, "currentTimeMillis")
                        .because("time is a parameter: InstantSource for the wall clock"),
                noClasses()
                        .should()
                        .callMethod(Thread.class, "sleep", long.class)
                        .orShould()
                        .callMethod(Thread.class, "sleep", java.time.Duration.class)
                        .because("wait for a condition with a deadline, not for time to pass"),
                classes()
                        .that()
                        .areAnnotatedWith(
                                "org.springframework.boot.context.properties.ConfigurationProperties")
                        .should()
                        .beRecords()
                        .allowEmptyShould(true),
                classes()
                        .that()
                        .areAnnotatedWith(
                                "org.springframework.boot.autoconfigure.AutoConfiguration")
                        .should()
                        .bePublic()
                        .andShould()
                        .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
                        .allowEmptyShould(true),
                classes()
                        .that()
                        .areAnnotatedWith("org.springframework.web.bind.annotation.RestController")
                        .should()
                        .notBePublic()
                        .because("HTTP reaches a controller; code does not")
                        .allowEmptyShould(true),
                fields().should()
                        .notHaveRawType("java.util.Date")
                        .because("java.time only")
                        .allowEmptyShould(true),
                classes().that(alwaysTrue()).should(liveInNullMarkedPackages()));
    }

    private static ArchCondition<JavaClass> liveInNullMarkedPackages() {
        return new ArchCondition<>("live in a package with a @NullMarked package-info") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked =
                        type.getPackage()
                                .tryGetPackageInfo()
                                .map(info ->
                                        info.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                                .orElse(false);
                if (!marked && !Set.of("package-info").contains(type.getSimpleName())) {
                    events.add(
                            SimpleConditionEvent.violated(
                                    type,
                                    type.getPackageName() + " has no @NullMarked package-info"));
                }
            }
        };
    }
}
