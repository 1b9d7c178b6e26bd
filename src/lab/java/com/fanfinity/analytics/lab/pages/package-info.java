/// The pages in a real browser.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.pages;
