package com.fanfinity.analytics.deadletters;

import java.util.Map;

/// A dead letter in full.
///
/// @param headers the last of each name
/// @param raw the value as it was, any bytes
record DeadLetterContent(DeadLetter letter, Map<String, byte[]> headers, byte[] raw) {}
