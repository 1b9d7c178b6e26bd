package com.fanfinity.analytics.lab.pages;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import com.fanfinity.analytics.lab.verify.EventJson;

/// A match whose names are hard to show: descenders, another direction of writing, and 75 letters with and without
/// spaces. It has two halves, an own goal of each team, and all moments that the pages mark.
public final class HardNames {

    public static final String DESCENDERS = "Hungary";
    public static final String RIGHT_TO_LEFT = "الأهلي المصري";

    /// 75 letters each.
    public static final String LONG = "Spielvereinigung Jugend und Körperpflege Königsberg am Grossglockner (1899)";
    public static final String LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochypalldyfodgwynedd";

    public static final String HOME = "h";
    public static final String AWAY = "a";

    /// Not at a full minute, so that minutes of play and minutes of the clock differ.
    private static final Instant KICK_OFF = Instant.parse("2026-11-21T12:00:20.000Z");
    private static final int HALF = 30;
    private static final int BREAK_END = 45;

    /// The second of the last event. Its minute of play is not that of the middle of its clock minute.
    private static final int LAST = 60 * (BREAK_END + HALF) - 10;

    private final String matchId;
    private final List<String> events = new ArrayList<>();

    private HardNames(String matchId) {
        this.matchId = matchId;
    }

    /// A live match in its second half.
    public static List<String> events(String matchId, String home, String away) {
        HardNames match = new HardNames(matchId);
        match.start(home, away);
        match.firstHalf();
        match.secondHalf();
        return List.copyOf(match.events);
    }

    /// The end of the match.
    public static String end(String matchId) {
        return EventJson.of(matchId, "match_end", 99_999).at(KICK_OFF.plusSeconds(60 * (BREAK_END + HALF + 5))).json();
    }

    private void start(String home, String away) {
        // The kick-off arrives first and has the same time.
        add("period_start", 0, "{\"period\":\"1H\"}");
        add("match_start", 0,
                "{\"homeTeamId\":\"" + HOME + "\",\"awayTeamId\":\"" + AWAY + "\",\"homeTeam\":\"" + home
                        + "\",\"awayTeam\":\"" + away
                        + "\",\"competition\":\"دوري المجموعات\",\"venue\":\"Puskás Aréna, Budapest\"}");
    }

    private void firstHalf() {
        for (int minute = 0; minute < HALF; minute++) {
            for (int i = 0; i < 4 + minute * 7 % 11; i++) {
                of(i % 3 == 0 ? AWAY : HOME, "pass", 60 * minute + 5 * i, "{}");
                add("reaction", 60 * minute + 5 * i + 1, "{}");
            }
        }
        of(HOME, "goal", 60 * 7 + 3, "{\"player\":\"Nagy György\",\"detail\":\"Penalty\"}");
        of(AWAY, "own_goal", 60 * 12 + 50, "{\"player\":\"محمد الشناوي\"}");
        of(AWAY, "yellow_card", 60 * 15, "{\"player\":\"محمد الشناوي\"}");
        of(HOME, "substitution", 60 * 20, "{\"player\":\"Szoboszlai\",\"playerOut\":\"7\"}");
        add("period_end", 60 * HALF, "{\"period\":\"1H\"}");
    }

    private void secondHalf() {
        add("period_start", 60 * BREAK_END, "{\"period\":\"2H\"}");
        for (int minute = 0; minute < HALF; minute++) {
            for (int i = 0; i < 3 + minute * 5 % 13; i++) {
                of(i % 3 == 0 ? HOME : AWAY, "pass", 60 * (BREAK_END + minute) + 4 * i, "{}");
            }
        }
        of(HOME, "own_goal", 60 * (BREAK_END + 9), "{\"player\":\"Nagy György\"}");
        of(AWAY, "second_yellow_card", 60 * (BREAK_END + 14), "{}");
        of(AWAY, "goal", LAST, "{\"player\":\"إمام عاشور\"}");
    }

    private void add(String type, int second, String metadata) {
        events.add(event(type, second, metadata).json());
    }

    private void of(String team, String type, int second, String metadata) {
        events.add(event(type, second, metadata).team(team).json());
    }

    private EventJson event(String type, int second, String metadata) {
        return EventJson.of(matchId, type, events.size() + 1).at(KICK_OFF.plusSeconds(second)).metadata(metadata);
    }
}
