/** The rules of the house, checked in every module against its own classes. */
@NullMarked
package io.detektor.houserules;

import org.jspecify.annotations.NullMarked;
