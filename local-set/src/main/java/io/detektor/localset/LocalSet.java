package io.detektor.localset;

final class LocalSet {
    private LocalSet() {}
}
