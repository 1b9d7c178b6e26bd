package com.fanfinity.analytics.lab.pages;

import java.util.Locale;

import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;

/// The colours that a reader's system asks for.
public enum Palette {
    LIGHT(ColorScheme.LIGHT, ForcedColors.NONE),
    DARK(ColorScheme.DARK, ForcedColors.NONE),
    /// The system replaces the page's colours by a few of its own, for contrast.
    FORCED(ColorScheme.LIGHT, ForcedColors.ACTIVE),
    FORCED_DARK(ColorScheme.DARK, ForcedColors.ACTIVE);

    private final ColorScheme scheme;
    private final ForcedColors forced;

    Palette(ColorScheme scheme, ForcedColors forced) {
        this.scheme = scheme;
        this.forced = forced;
    }

    ColorScheme scheme() {
        return scheme;
    }

    ForcedColors forced() {
        return forced;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
