/** What people and programs get to read: live line, summary, result.json. */
@NullMarked
package io.detektor.loadtester.report;

import org.jspecify.annotations.NullMarked;
