package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.EventDraft.Obj;
import com.fanfinity.analytics.event.EventDraft.OtherValue;
import com.fanfinity.analytics.event.EventDraft.Text;
import com.fanfinity.analytics.event.EventDraft.Value;
import com.fanfinity.analytics.event.EventDraft.Whole;
import com.fanfinity.analytics.event.Fault.Code;
import com.fanfinity.analytics.event.JsonScanner.Token;

/// Reads the members of one event, and the faults of its JSON. Used once.
///
/// An invalid event must not cost more than a valid one of its size. So reading stops when no further fault would be
/// kept, and duplicate names are searched for only as far as the metadata of a valid event can reach.
final class EventReader {

    private static final int MAX_PATH_LENGTH = 128;
    private static final int MAX_REUSED_NAMES = 32;
    private static final String DUPLICATE = "duplicate key";

    private final byte[] bytes;
    private final JsonScanner json;
    private final boolean limitsNames;
    private final Map<String, Value> members = new LinkedHashMap<>();
    private final List<Fault> faults = new ArrayList<>();
    private int unknownMembers;
    private boolean complete;

    /// The bytes of nested values in which duplicate names are still searched for, and where that ends in this value.
    private int searchable = EventRules.MAX_METADATA_BYTES;
    private int searchEnd;

    /// @param limitsNames whether a long name is a fault
    EventReader(byte[] bytes, boolean limitsNames) {
        this.bytes = bytes;
        this.json = new JsonScanner(bytes, EventCodec.MAX_DEPTH);
        this.limitsNames = limitsNames;
    }

    /// The `eventId` as sent; empty if it was not read or is not a UUID.
    Optional<String> eventId() {
        return members.get("eventId") instanceof Text(String text) && EventIds.parse(text).isPresent()
                ? Optional.of(text)
                : Optional.empty();
    }

    EventDraft draft() {
        return new EventDraft(members, faults, complete);
    }

    /// Returns a fault if the bytes are JSON, but not an object, so that no rule can apply.
    Optional<Fault> read() throws InvalidJsonException {
        if (json.next() != Token.START_OBJECT) {
            return Optional.of(new Fault(Fault.WHOLE, Code.TYPE, "must be an object"));
        }
        while (json.next() == Token.NAME) {
            readMember();
            if (faults.size() + unknownMembers >= EventRules.MAX_FAULTS) {
                return Optional.empty();
            }
        }
        json.next(); // throws if more than space follows
        complete = true;
        return Optional.empty();
    }

    private void readMember() throws InvalidJsonException {
        String name = name();
        boolean known = EventRules.isField(name);
        Token token = json.next();
        Value value = token == Token.START_OBJECT && name.equals("metadata") ? metadata() : value(token, known);
        if (members.putIfAbsent(name, value) != null) {
            addFault(EventRules.shortened(name), Code.DUPLICATE_KEY, DUPLICATE);
        } else if (!known) {
            unknownMembers++;
        }
    }

    /// The name that was read last.
    private String name() throws InvalidJsonException {
        String name = json.text();
        if (!EventRules.isWellFormed(name)) {
            throw json.nameIsNoText();
        }
        if (limitsNames && json.isNameLongerThan(EventCodec.MAX_NAME_BYTES)) {
            addFault(path(), Code.TOO_LONG, "the name has more than " + EventCodec.MAX_NAME_BYTES + " bytes");
        }
        return name;
    }

    private Obj metadata() throws InvalidJsonException {
        int start = json.start();
        Map<String, Value> direct = new HashMap<>();
        readNested(direct);
        int size = json.end() - start;
        boolean small = size <= EventRules.MAX_METADATA_BYTES;
        return new Obj(small ? new String(bytes, start, size, UTF_8) : "", size, direct);
    }

    /// @param isRead whether a rule reads the value
    private Value value(Token token, boolean isRead) throws InvalidJsonException {
        return switch (token) {
            case STRING -> isRead ? new Text(json.text()) : OtherValue.NOT_READ;
            case INTEGER -> isRead ? new Whole(json.text()) : OtherValue.NOT_READ;
            case DECIMAL -> OtherValue.DECIMAL;
            case BOOLEAN -> OtherValue.BOOLEAN;
            case NULL -> OtherValue.NULL;
            default -> {
                readNested(null);
                yield token == Token.START_ARRAY ? OtherValue.ARRAY : OtherValue.OBJECT;
            }
        };
    }

    /// Reads the current object or array to its end and finds duplicate names at every level.
    ///
    /// @param direct receives the direct members that rules read
    private void readNested(@Nullable Map<String, Value> direct) throws InvalidJsonException {
        int outside = json.depth() - 1;
        int start = json.start();
        if (outside == 1) {
            searchEnd = start + searchable;
        }
        List<@Nullable Set<String>> names = new ArrayList<>();
        while (json.depth() > outside) {
            Token token = json.next();
            if (token == Token.END_OBJECT) {
                forgetNames(names, json.depth() - outside);
            } else if (token == Token.NAME && json.start() < searchEnd) {
                readNestedName(names, json.depth() - outside - 1, direct);
            }
        }
        if (outside == 1) {
            searchable = Math.max(0, searchable - (json.end() - start));
        }
    }

    /// Small sets are reused. To clear a large one would take as long as to fill it.
    private static void forgetNames(List<@Nullable Set<String>> names, int level) {
        Set<String> siblings = level < names.size() ? names.get(level) : null;
        if (siblings != null && siblings.size() <= MAX_REUSED_NAMES) {
            siblings.clear();
        } else if (siblings != null) {
            names.set(level, null);
        }
    }

    /// @param names those of each open object, by level
    private void readNestedName(List<@Nullable Set<String>> names, int level, @Nullable Map<String, Value> direct)
            throws InvalidJsonException {
        String name = name();
        while (names.size() <= level) {
            names.add(null);
        }
        Set<String> siblings = names.get(level);
        if (siblings == null) {
            siblings = new HashSet<>();
            names.set(level, siblings);
        }
        if (!siblings.add(name)) {
            addFault(path(), Code.DUPLICATE_KEY, DUPLICATE);
        } else if (level == 0 && direct != null && EventRules.isReadInMetadata(name)) {
            direct.put(name, value(json.next(), true));
        }
    }

    private void addFault(String field, Code code, String message) {
        if (faults.size() < EventRules.MAX_FAULTS) {
            faults.add(new Fault(field, code, message));
        }
    }

    /// The path of the name that was read last. Building it costs its length, so only a fault that is kept needs it.
    private String path() {
        if (faults.size() >= EventRules.MAX_FAULTS) {
            return "";
        }
        String path = json.path();
        if (path.length() <= MAX_PATH_LENGTH) {
            return path;
        }
        boolean withinCharacter = Character.isHighSurrogate(path.charAt(MAX_PATH_LENGTH - 1));
        return path.substring(0, withinCharacter ? MAX_PATH_LENGTH - 1 : MAX_PATH_LENGTH) + "…";
    }
}
