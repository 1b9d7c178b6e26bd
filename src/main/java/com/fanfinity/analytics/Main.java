package com.fanfinity.analytics;

final class Main {
    private Main() {}

    static void main() {
        System.out.println(Runtime.version());
    }
}
