/** What is sent, and how it is recognised when it is read back. */
@NullMarked
package io.detektor.loadtester.message;

import org.jspecify.annotations.NullMarked;
