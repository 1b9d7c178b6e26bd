package com.fanfinity.analytics.simulator;

import java.util.List;
import java.util.Locale;

/// A fictional club. An index always gives the same club.
///
/// @param strength a factor on its expected goals, about 1
record Club(String id, String name, String venue, double strength) {
    private static final List<String> PLACES = List.of("Ashbourne", "Brackwater", "Calderfield", "Dunmarrow",
            "Eastholme", "Fennbridge",
            "Glenhaven", "Harrowmere", "Ironvale", "Jarrowby", "Kingsreach", "Lowmoor", "Marlington", "Northwyke",
            "Oakhampstead",
            "Pendlecombe", "Quarrydale", "Ravensford", "Saltmarsh", "Thornbury Vale", "Underwold", "Valemouth",
            "Westerleigh", "Yarnbrook",
            "Aldermoor", "Blackthorn", "Coppergate", "Dovecliff", "Embershore", "Foxhollow", "Greywater", "Highcastle",
            "Inverlane",
            "Kestrelton", "Larkspur", "Millstone", "Nettlebridge", "Orchardby", "Pinecrest", "Rookwood");
    private static final List<String> SUFFIXES = List.of("United", "City", "Rovers", "Athletic", "Town", "Wanderers");
    private static final List<String> GROUNDS = List.of("Park", "Road Stadium", "Lane", "Arena");

    /// How many different clubs there are.
    static final int COUNT = PLACES.size() * SUFFIXES.size();

    /// @param index from 0 to below [#COUNT]
    static Club of(int index) {
        String place = PLACES.get(index % PLACES.size());
        String suffix = SUFFIXES.get((index + index / PLACES.size()) % SUFFIXES.size());
        String name = place + " " + suffix;
        String venue = place + " " + GROUNDS.get(index / 3 % GROUNDS.size());
        String id = name.toLowerCase(Locale.ROOT).replace(' ', '-');
        return new Club(id, name, venue, 0.6 + 0.8 * ((index * 37) % 100) / 100.0);
    }
}
